"""What `make` says when the environment cannot be made, and when it has nothing to do."""

import subprocess
import sys

import environment
import pytest


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
def repository(tmp_path, monkeypatch):
    """Give `environment` a repository and a record of the commands it would run."""
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text("first")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "installed.sha256")
    commands = []

    def run(command, **_):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(environment.subprocess, "run", run)
    return tmp_path, commands


def test_a_finished_environment_is_left_alone(repository):
    _, commands = repository
    environment.main()
    assert len(commands) == 3  # venv, the lock, our own package
    environment.main()
    assert len(commands) == 3


def test_a_changed_lock_is_noticed(repository, capsys):
    root, commands = repository
    environment.main()
    (root / "requirements.txt").write_text("second")
    environment.main()
    assert len(commands) == 6
    assert "requirements.txt, pyproject.toml or Python changed" in capsys.readouterr().out


def test_a_failed_install_is_not_taken_for_a_finished_one(repository, monkeypatch):
    _, commands = repository
    monkeypatch.setattr(
        environment.subprocess,
        "run",
        lambda command, **_: subprocess.CompletedProcess(command, int("pip" in command)),
    )
    with pytest.raises(SystemExit, match="that did not work"):
        environment.main()
    assert not environment.STAMP.exists()
    assert commands == []
