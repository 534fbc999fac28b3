"""The runner of cold starts notices what it is there for.

The environments are stand-ins made of links to the locked one, so that no test downloads.
"""

import os
import subprocess
import sys

import cold
import nbformat
import pytest
from notebooks import KERNEL


def store(path, *sources):
    """Write a notebook of these cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    return path


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Let cold use the running interpreter as if it were an environment of its own."""
    monkeypatch.setattr(cold, "python_of", lambda _: cold.Path(sys.executable))
    return tmp_path


def test_a_notebook_runs_alone_in_an_empty_folder(environment):
    path = store(environment / "a.ipynb", "import os\nassert os.listdir() == []")
    run = cold.run_notebook(path, environment, {})
    assert run.passed, run.error
    assert run.seconds > 0


def test_the_time_of_the_first_answer_is_that_of_the_first_run_of_a_session(environment):
    path = store(environment / "a.ipynb", "session = print", "session  # session.run(None)")
    assert cold.run_notebook(path, environment, {}).first_answer > 0


def test_an_error_in_a_cell_is_reported(environment):
    run = cold.run_notebook(store(environment / "a.ipynb", "1 / 0"), environment, {})
    assert not run.passed
    assert "ZeroDivisionError" in run.error
    assert "FAILED" in cold.report(run)


def test_lines_on_stderr_are_shown(environment):
    path = store(environment / "a.ipynb", "import sys\nprint('noise', file=sys.stderr)")
    run = cold.run_notebook(path, environment, {})
    assert run.noisy == ["noise"]
    assert "noise" in cold.report(run)


def test_a_changed_and_a_removed_package_fail_and_a_new_one_does_not(tmp_path, monkeypatch):
    frozen = iter([{"numpy": "2.1.3", "six": "1.17.0"}, {"numpy": "2.4.6", "onnx": "1.20.1"}])
    monkeypatch.setattr(cold, "freeze", lambda _: next(frozen))
    monkeypatch.setattr(cold, "run_notebook", lambda path, *_: cold.Run(path.stem))
    base = tmp_path / "base"
    base.mkdir()
    run = cold.run_cold(tmp_path / "a.ipynb", base, {})
    assert run.added == ["onnx 1.20.1"]
    assert run.changed == ["numpy 2.1.3 -> 2.4.6", "six 1.17.0 -> gone"]
    assert not run.passed


def test_a_copied_environment_leaves_the_original_alone(tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "module.py").write_text("old")
    cold.copy_environment(base, tmp_path / "copy")
    (tmp_path / "copy" / "module.py").unlink()
    (tmp_path / "copy" / "module.py").write_text("new")
    assert (base / "module.py").read_text() == "old"


def test_git_fetches_the_last_commit_under_the_address_of_the_book(tmp_path, monkeypatch):
    monkeypatch.setattr(cold, "KEPT", tmp_path)
    address = "https://repository.invalid/OWNER/REPO"
    found = subprocess.run(
        ["git", "ls-remote", address, "refs/heads/main"],
        env={**os.environ, **cold.redirect(address)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [cold.last_commit(), "refs/heads/main"]


def test_a_start_that_installed_nothing_was_not_cold():
    assert "not cold" in cold.hidden_problem(cold.Run("a"))
    assert cold.hidden_problem(cold.Run("a", added=["onnx 1.20.1"])) == ""


def test_a_machine_check_that_does_not_end_with_ready_is_reported():
    run = cold.Run(cold.PREFLIGHT, added=["onnx 1.20.1"], printed="\nNot ready, 1 check failed.")
    assert "Not ready" in cold.hidden_problem(run)
    run.printed = "\nReady, checked in 9 s.\n"
    assert cold.hidden_problem(run) == ""
