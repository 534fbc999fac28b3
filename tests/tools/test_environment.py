"""What `make` says when the environment cannot be made, and when it has nothing to do."""

import ast
import sys
from pathlib import Path

import pytest

from tools import environment
from tools.address import write_address

PYPROJECT = """\
[project]
name = "book"
dependencies = ["numpy"]
[project.urls]
Repository = "https://repository.invalid/OWNER/REPO"
"""


def test_every_python_from_36_on_gets_far_enough_to_be_told_what_it_needs():
    ast.parse(Path(environment.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(environment, "find_supported_python", lambda: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12 or 3\.13.*Install one"):
        environment.check_python((3, 9))


def test_a_python_that_is_too_new_is_told_the_one_that_fits(monkeypatch):
    monkeypatch.setattr(environment, "find_supported_python", lambda: "python3.12")
    with pytest.raises(SystemExit, match=r"this is Python 3\.14.*make PYTHON=python3\.12"):
        environment.check_python((3, 14))


def test_a_supported_python_passes():
    environment.check_python((3, 11))
    environment.check_python((3, 13))


def test_a_python_without_venv_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"no module 'ensurepip'.*python3\.12-venv"):
        environment.check_python((3, 12))


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A repository for `environment`."""
    (tmp_path / "requirements.txt").write_text("numpy==2.1 \\\n    --hash=sha256:0\n")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "installed.sha256")
    monkeypatch.setattr(environment, "LOG", tmp_path / "_build" / "install.log")
    return tmp_path


@pytest.fixture
def commands(root, monkeypatch):
    """Commands that `environment` would have run."""
    found = []
    monkeypatch.setattr(environment, "run", lambda command, progress=None: found.append(command))
    return found


def test_a_finished_environment_is_left_alone(commands, capsys):
    environment.main()
    assert len(commands) == 3  # venv, the lock, our own package
    capsys.readouterr()
    environment.main()
    assert len(commands) == 3
    assert capsys.readouterr().out == ""


def test_it_opens_with_what_is_downloaded_and_how_long_that_takes(commands, capsys):
    environment.main()
    first = capsys.readouterr().out.splitlines()[0]
    assert "1 packages" in first
    assert "MB to download" in first
    assert "minutes" in first


def test_a_changed_lock_is_noticed(root, commands, capsys):
    environment.main()
    (root / "requirements.txt").write_text("numpy==2.2\n")
    environment.main()
    assert len(commands) == 6
    assert "changed: .venv is made again" in capsys.readouterr().out


def test_a_new_dependency_of_our_own_package_is_noticed(root, commands):
    environment.main()
    (root / "pyproject.toml").write_text(PYPROJECT.replace("numpy", "pandas"))
    environment.main()
    assert len(commands) == 6


def test_telling_the_book_where_it_lives_keeps_the_environment(root, commands):
    environment.main()
    write_address("https://github.com/some-school/onnx-workshop", root)
    assert "some-school" in (root / "pyproject.toml").read_text()
    environment.main()
    assert len(commands) == 3


def test_a_setting_of_a_tool_keeps_the_environment(root, commands):
    environment.main()
    (root / "pyproject.toml").write_text(PYPROJECT + "[tool.ruff]\nline-length = 80\n")
    environment.main()
    assert len(commands) == 3


def test_settings_that_cannot_be_read_end_in_a_sentence(root, commands):
    (root / "pyproject.toml").write_text("[project\n")
    with pytest.raises(SystemExit, match=r"pyproject\.toml is no TOML"):
        environment.main()
    assert commands == []


def test_a_failed_command_is_told_in_a_sentence_that_names_the_file_with_all_of_it(root):
    environment.LOG.parent.mkdir()
    code = "print('Collecting numpy'); print('ERROR: no space left'); print('hint'); exit(1)"
    with pytest.raises(SystemExit) as stopped:
        environment.run([sys.executable, "-c", code])
    assert "ERROR: no space left" in str(stopped.value)
    assert "_build/install.log" in str(stopped.value)
    assert "Collecting numpy" in (root / "_build" / "install.log").read_text()


class FakeProcess:
    """A command that writes one line; pip fails."""

    def __init__(self, command, stdout, **_):
        self.returncode = int("pip" in command)
        stdout.write("ERROR: no network\n")
        stdout.flush()

    def poll(self):
        return self.returncode

    wait = poll


def test_a_failed_install_is_not_taken_for_a_finished_one(root, monkeypatch):
    monkeypatch.setattr(environment.subprocess, "Popen", FakeProcess)
    with pytest.raises(SystemExit, match=r"did not work: ERROR: no network"):
        environment.main()
    assert not environment.STAMP.exists()


def test_progress_is_counted_from_the_lines_of_pip():
    lines = """\
Ignoring colorama: markers 'sys_platform == "win32"' don't match your environment
Collecting numpy==2.4.6 (from -r requirements.txt (line 12))
  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (16.9 MB)
Processing ./wheels/pandas-3.1.1-cp311-cp311-manylinux_2_28_x86_64.whl
Requirement already satisfied: pip in /somewhere
Installing collected packages: numpy, pandas
"""
    assert environment.count(lines) == 2 + 1 + 1 + 1


def test_installed_packages_are_counted(root):
    packages = root / ".venv" / "lib" / "python3.12" / "site-packages"
    for name in ("numpy-2.4.6", "pandas-3.1.1"):
        (packages / f"{name}.dist-info").mkdir(parents=True)
    assert environment.count_installed() == 2


def test_in_a_pipe_each_fifth_has_a_line(capsys):
    progress = environment.Progress(200, terminal=False)
    for done in range(201):
        progress.show(done)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[0].endswith(" 20%")
    assert lines[-1] == f"environment: [{'#' * environment.BAR}] 100%"


def test_on_a_terminal_one_line_is_rewritten(capsys):
    progress = environment.Progress(200, terminal=True)
    for done in range(201):
        progress.show(done)
    text = capsys.readouterr().out
    assert text.count("\n") == 1
    assert text.count("\r") == 101
