"""Run every notebook alone in what Colab preinstalls, as a reader there does.

That is an environment with Colab's versions, an empty folder, one notebook, "Run all". The
unmodified first cell installs the book from its address; git redirects that address to this
clone. The one cell that checks a machine, from the page for teachers, is run in the same way. Of
each other language one lesson is run: its first cell is the one that sets the language.
"""

import argparse
import datetime
import re
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from classroom.answers import SOLVED
from tools.address import preflight_cell, read_address
from tools.arguments import add_language
from tools.chapters import ROOT, Book, Chapter, read_book
from tools.editions import ENGLISH, MARKS, languages
from tools.environments import (
    KEPT,
    borrow_environment,
    find_python,
    is_committed,
    make_environment,
    redirect,
)
from tools.minutes import measure
from tools.notebook import current
from tools.proof.cold import ColdRun, run_all

#: The newest list of what Colab preinstalls; its month is in its name.
LIST = max(Path(__file__).parent.glob("colab-20??-??.txt"))
PYTHON = "3.13"
PREFLIGHT = "preflight"


def month() -> str:
    """Month of the list, such as "August 2026"."""
    date = datetime.date.fromisoformat(LIST.stem.removeprefix("colab-") + "-01")
    return f"{date:%B %Y}"


def preflight_notebook() -> NotebookNode:
    """Notebook of the one cell that checks a machine."""
    cell = nbformat.v4.new_code_cell(preflight_cell(read_address()))
    return nbformat.v4.new_notebook(cells=[cell])


def notebooks(names: list[str], language: str = ENGLISH) -> dict[str, NotebookNode]:
    """Notebooks to run, by name: of the named chapters or of all, and the machine check.

    All in English are followed by one in each other language.
    """
    chapters = read_book(ROOT, language).choose(names)
    if not names and language == ENGLISH:
        chapters += [shortest(read_book(ROOT, each)) for each in languages(ROOT)]
    found = {f"{chapter.edition.prefix}{chapter.name}": current(chapter) for chapter in chapters}
    return {**found, PREFLIGHT: preflight_notebook()}


def shortest(book: Book) -> Chapter:
    """Lesson of the first part that has a quiz and checks of answers, in the fewest minutes."""
    lessons = [
        chapter
        for chapter in book
        if chapter.page in book.parts[0].pages
        and (chapter.folder / "quiz.toml").exists()
        and (chapter.folder / "checks.py").exists()
    ]
    return min(lessons, key=lambda chapter: measure(current(chapter)).all)


def hidden_problem(cold: ColdRun) -> str:
    """What is wrong with a run in which no cell raised an error; empty if nothing is."""
    if not cold.added:
        return "the first cell installed nothing: this start was not cold"
    if cold.run.name == PREFLIGHT and "\nReady, checked" not in cold.run.printed:
        return f"the machine check does not pass:\n{cold.run.printed}"
    is_translated = cold.run.name.startswith(tuple(f"{language}/" for language in MARKS))
    if is_translated and re.search(SOLVED.format(name=r"\S+"), cold.run.printed):
        return (
            "expected the checks of answers in the language of the notebook, and they are in "
            "English: does its first cell set it, and does the package have its messages?"
        )
    return ""


def make_base(python: str | None) -> Path:
    """Environment to start from: made from the list, or seeing all that a Python has."""
    if python:
        print(f"colab: what {python} has", flush=True)
        borrow_environment(KEPT / "borrowed", python)
        return KEPT / "borrowed"
    found = find_python(PYTHON)
    print(f"colab: what Colab preinstalls, {LIST.name}, on {found}", flush=True)
    make_environment(KEPT / "colab", found, "--requirement", str(LIST))
    return KEPT / "colab"


def main(arguments: list[str]) -> None:
    """Prove that each notebook, or each of the named ones, runs alone in Colab."""
    parser = argparse.ArgumentParser(prog="colab", description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    parser.add_argument("--python", help="start from what this Python has, as in Colab's image")
    add_language(parser)
    chosen = parser.parse_args(arguments)
    wanted = notebooks(chosen.chapter, chosen.language)
    if not is_committed():
        print("colab: note: the first cell installs the last commit, without your later edits")
    base = make_base(chosen.python)
    runs = run_all(wanted, base, redirect(read_address()), hidden_problem)
    most = max(runs, key=lambda cold: len(cold.added))
    print("colab: added:", ", ".join(most.added))
    failed = sum(not cold.passed for cold in runs)
    print(f"colab: {len(runs) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
