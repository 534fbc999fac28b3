"""Environments beside the locked one: found loudly, copied without harm, led to this clone."""

import os
import subprocess
import sys

import pytest

from tools import environments


@pytest.fixture
def pyenv(tmp_path, monkeypatch):
    """A machine with these versions of Python, and no other."""

    def install(*versions):
        for version in versions:
            python = tmp_path / "versions" / version / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()

    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    nothing = subprocess.CompletedProcess([], 1, "", "")
    monkeypatch.setattr(environments.subprocess, "run", lambda *_, **__: nothing)
    return install


def test_a_python_that_is_missing_stops_and_says_how_to_get_it(pyenv):
    pyenv("3.12.4")
    with pytest.raises(
        environments.ProgramError, match=r"needs Python 3\.13.*python install 3\.13"
    ):
        environments.find_python("3.13")


def test_the_newest_of_a_version_is_taken_and_10_comes_after_9(pyenv):
    pyenv("3.13.9", "3.13.10", "3.13.2", "3.13.11t", "3.12.99")
    assert "3.13.10" in environments.find_python("3.13")


def test_a_failed_program_says_what_it_said():
    with pytest.raises(environments.ProgramError, match="uv pip install"):
        environments.uv("pip", "install", "--no-such-option")


def test_a_copied_environment_leaves_the_original_alone(tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "module.py").write_text("old")
    environments.copy_environment(base, tmp_path / "copy")
    (tmp_path / "copy" / "module.py").unlink()
    (tmp_path / "copy" / "module.py").write_text("new")
    assert (base / "module.py").read_text() == "old"


def test_an_environment_from_the_same_recipe_is_kept_and_from_another_is_made_again(
    tmp_path, monkeypatch
):
    calls = []

    def uv(*arguments):
        calls.append(arguments)
        (tmp_path / "made").mkdir(exist_ok=True)

    monkeypatch.setattr(environments, "uv", uv)
    pins = tmp_path / "pins.txt"
    pins.write_text("numpy==2.1")
    for text, made in (("numpy==2.1", 2), ("numpy==2.1", 2), ("numpy==2.2", 4)):
        pins.write_text(text)
        environments.make_environment(tmp_path / "made", "python3", "--requirement", str(pins))
        assert len(calls) == made


def test_the_packages_of_an_environment_have_their_versions(tmp_path, monkeypatch):
    monkeypatch.setattr(environments, "python_of", lambda _: sys.executable)
    assert environments.freeze(tmp_path)["pytest"] == pytest.__version__


def test_git_fetches_the_last_commit_under_the_address_of_the_book(tmp_path, monkeypatch):
    monkeypatch.setattr(environments, "KEPT", tmp_path)
    address = "https://repository.invalid/OWNER/REPO"
    found = subprocess.run(
        ["git", "ls-remote", address, "refs/heads/main"],
        env={**os.environ, **environments.redirect(address)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [environments.last_commit(), "refs/heads/main"]
