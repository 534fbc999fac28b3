"""The runner of cold starts notices what it is there for.

The environments are stand-ins made of links to the locked one, so that no test downloads.
"""

import gettext
import sys
from pathlib import Path

import nbformat
import pytest

from classroom.answers import SOLVED
from tools import catalogs
from tools.chapters import ROOT, read_book
from tools.proof import colab, cold
from tools.proof.cold import ColdRun
from tools.run import Run


def notebook(*sources):
    """Notebook of these cells."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources])


@pytest.fixture
def base(tmp_path, monkeypatch):
    """A stand-in for an environment; the running interpreter runs its notebooks."""
    monkeypatch.setattr(cold, "python_of", lambda _: Path(sys.executable))
    frozen = iter([{"numpy": "2.1.3", "six": "1.17.0"}, {"numpy": "2.4.6", "onnx": "1.20.1"}])
    monkeypatch.setattr(cold, "freeze", lambda _: next(frozen))
    (tmp_path / "base").mkdir()
    return tmp_path / "base"


def test_a_notebook_runs_alone_in_an_empty_folder(base):
    found = cold.run_cold(notebook("import os\nassert os.listdir() == []"), "a", base, {})
    assert found.run.error == ""


def test_a_changed_and_a_removed_package_fail_and_a_new_one_does_not(base, monkeypatch):
    monkeypatch.setattr(cold, "run", lambda notebook, name, *_: Run(name))
    found = cold.run_cold(notebook("1"), "a", base, {})
    assert found.added == ["onnx 1.20.1"]
    assert found.changed == ["numpy 2.1.3 -> 2.4.6", "six 1.17.0 -> gone"]
    assert not found.passed


def test_the_time_of_the_first_answer_is_that_of_all_cells_up_to_the_first_run_of_a_session():
    found = notebook("import onnx", "", "session.run(None)", "session.run(None)")
    assert cold.first_answer(found, Run("a", seconds=[1.0, 2.0, 4.0])) == 3.0
    assert cold.first_answer(found, Run("a", seconds=[1.0])) is None


def test_a_report_shows_errors_and_lines_on_stderr():
    found = ColdRun(Run("a", error="ZeroDivisionError: no", noisy=["noise"]))
    assert "a: FAILED" in cold.report(found)
    assert "ZeroDivisionError" in cold.report(found)
    assert "on stderr: noise" in cold.report(found)


def test_what_a_check_finds_fails_a_run_without_an_error(monkeypatch, capsys):
    monkeypatch.setattr(cold, "run_cold", lambda notebook, name, *_: ColdRun(Run(name)))
    found = cold.run_all({"b": None, "a": None}, Path(), {}, lambda run: f"no {run.run.name}")
    assert [run.run.error for run in found] == ["no b", "no a"]
    assert capsys.readouterr().out.count("FAILED") == 2


def test_a_start_that_installed_nothing_was_not_cold():
    assert "not cold" in colab.hidden_problem(ColdRun(Run("a")))
    assert colab.hidden_problem(ColdRun(Run("a"), added=["onnx 1.20.1"])) == ""


def test_a_machine_check_that_does_not_end_with_ready_is_reported():
    found = ColdRun(Run(colab.PREFLIGHT, printed="\nNot ready, 1 check failed."), added=["onnx 1"])
    assert "Not ready" in colab.hidden_problem(found)
    found.run.printed = "\nReady, checked in 9 s.\n"
    assert colab.hidden_problem(found) == ""


def test_a_translated_notebook_whose_checks_speak_english_is_reported():
    right = SOLVED.format(name="01-1")
    for name, printed, problem in (
        ("vi/a", f"{right}\n", "expected the checks of answers in the language of the notebook"),
        ("vi/a", "bài tập 01-1: đã giải\n", ""),
        ("a", f"{right}\n", ""),
    ):
        found = ColdRun(Run(name, printed=printed), added=["onnx 1"])
        assert colab.hidden_problem(found).startswith(problem)
        assert bool(colab.hidden_problem(found)) == bool(problem)


def test_what_an_english_check_says_is_a_message_that_is_translated():
    with catalogs.compiled(ROOT, "vi").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext(SOLVED) != SOLVED


def test_all_notebooks_run_in_english_and_a_short_lesson_in_each_other_language():
    english = [chapter.name for chapter in read_book()]
    *all_of_them, translated, last = colab.notebooks([])
    assert all_of_them == english
    assert translated.removeprefix("vi/") in english
    assert last == colab.PREFLIGHT
    code = "\n".join(cell.source for cell in colab.notebooks([])[translated].cells)
    for part in ('os.environ["LANGUAGE"] = "vi"', "show_quiz(", "check_answer("):
        assert part in code


def test_named_notebooks_run_in_the_language_asked_for():
    [name, _] = colab.notebooks(["boosters"], "vi")
    assert name == "vi/boosters"


def test_no_notebook_inherits_a_language(base, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "vi")
    found = cold.run_cold(
        notebook("import os\nassert 'LANGUAGE' not in os.environ"), "a", base, {}
    )
    assert found.run.error == ""


def test_the_month_of_the_list_is_that_of_its_name(monkeypatch):
    monkeypatch.setattr(colab, "LIST", Path("colab-2027-02.txt"))
    assert colab.month() == "February 2027"


def test_an_environment_is_made_from_the_list_or_borrowed_from_a_python(monkeypatch):
    calls = []
    monkeypatch.setattr(colab, "find_python", lambda wanted: f"python{wanted}")
    monkeypatch.setattr(colab, "make_environment", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(colab, "borrow_environment", lambda *arguments: calls.append(arguments))
    colab.make_base(None)
    colab.make_base("/usr/bin/python3")
    assert calls[0][1:] == ("python3.13", "--requirement", str(colab.LIST))
    assert calls[1][1:] == ("/usr/bin/python3",)
