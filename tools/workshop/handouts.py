"""Derive a student's and a teacher's notebook from each chapter.

The student's has an empty cell instead of each solution, and no outputs. The teacher's
has everything, unfolded, and shows the notes that a chapter's source keeps in comments of the
form ``<!-- teacher: ... -->``. Nothing of this is kept: both are made anew from the chapter, in
the language that the chapter is read in.
"""

import argparse
import copy
import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor
from nbformat import NotebookNode

from tools.arguments import add_language
from tools.chapters import ROOT, Chapter, read_book
from tools.messages import _, speaking
from tools.notebook import current, is_solution, tags_of, write
from tools.run import run, side_by_side
from tools.source import tagged_number
from tools.store import problem_of
from tools.workshop.names import check_names
from tools.workshop.prose import link_to_site, with_visible_notes, without_notes

WORKSHOP = ROOT / "_build" / "workshop"
FOLDED = ("cellView", "jupyter")  # how Colab and JupyterLab fold a cell


def student_version(
    notebook: NotebookNode, chapter: Chapter, kept: Collection[str] = ()
) -> NotebookNode:
    """Notebook for students: no solution, no outputs, no notes.

    An exercise with an answer or a solution gets one empty cell. It stands before the cell that
    takes the answer, so that the notebook still runs from top to bottom when the answer refers
    to what a student defines there.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter's notebook; it stays as it is.
    chapter : Chapter
        The chapter.
    kept : collection of str, optional
        Pages whose notebooks lie beside this one; links to others lead to the site.
    """
    student = copy.deepcopy(notebook)
    student.metadata.pop("executed", None)
    with speaking(chapter.edition.language):
        student.cells = with_empty_cells(student.cells, list(chapter.exercises))
    solutions = {f"solution-{number}" for number in chapter.exercises}
    TagRemovePreprocessor(remove_cell_tags=solutions).preprocess(student, {})
    ClearOutputPreprocessor().preprocess(student, {})
    for cell in student.cells:
        if cell.cell_type == "markdown":
            cell.source = for_handout(without_notes(cell.source), chapter, kept)
    student.cells = [cell for cell in student.cells if cell.source or cell.cell_type == "code"]
    return student


def with_empty_cells(cells: list[NotebookNode], exercises: list[int]) -> list[NotebookNode]:
    """Cells with an empty one for the work on each exercise."""
    cells = list(cells)
    for number in exercises:
        for kind in ("answer", "solution"):
            places = [i for i, cell in enumerate(cells) if is_of(cell, kind, number)]
            if places:
                cells.insert(places[0], empty_cell(number))
                break
    return cells


def is_of(cell: NotebookNode, kind: str, number: int) -> bool:
    """Whether a cell is, say, the answer of exercise 2."""
    return tagged_number(tags_of(cell), kind) == number


def empty_cell(number: int) -> NotebookNode:
    """Cell for a student's own solution."""
    source = _("# Exercise {number}: your code here").format(number=number)
    return nbformat.v4.new_code_cell(f"{source}\n", id=f"exercise-{number}")


def for_handout(text: str, chapter: Chapter, kept: Collection[str]) -> str:
    """Markdown of a chapter with the links that a handout has."""
    return link_to_site(text, chapter.page, kept, chapter.edition.prefix)


def teacher_version(
    notebook: NotebookNode, chapter: Chapter, kept: Collection[str] = ()
) -> NotebookNode:
    """Notebook for teachers: everything, with solutions unfolded, outputs, and notes visible.

    The parameters are those of `student_version`.
    """
    teacher = copy.deepcopy(notebook)
    for cell in teacher.cells:
        if is_solution(tags_of(cell)):
            for key in FOLDED:
                cell.metadata.pop(key, None)
        if cell.cell_type == "markdown":
            with speaking(chapter.edition.language):
                text = with_visible_notes(cell.source)
            cell.source = for_handout(text, chapter, kept)
    return teacher


def write_handouts(chapter: Chapter, kept: Collection[str], folder: Path) -> list[Path]:
    """Write both notebooks of a chapter below a folder, and return their paths."""
    notebook, suffix = current(chapter), chapter.edition.suffix
    versions = {
        f"student{suffix}": student_version(notebook, chapter, kept),
        f"teacher{suffix}": teacher_version(notebook, chapter, kept),
    }
    for name, version in versions.items():
        write(version, folder / name / f"{chapter.name}.ipynb")
    return [folder / name / f"{chapter.name}.ipynb" for name in versions]


def run_students(chapters: list[Chapter], folder: Path) -> bool:
    """Run the students' notebooks side by side, report each, and say whether all went well.

    What a notebook writes stays in ``folder``, below the name of its chapter.
    """
    well = True
    for chapter, problem in side_by_side(lambda each: run_student(each, folder), chapters):
        said = f"fails: {problem}" if problem else "runs from top to bottom"
        print(f"workshop: the student's {chapter.name} {said}", flush=True)
        well = well and not problem
    return well


def run_student(chapter: Chapter, folder: Path) -> str:
    """Run a student's notebook as it is handed out; return what went wrong, if anything did."""
    place = folder / chapter.name
    place.mkdir(parents=True)
    student = student_version(current(chapter), chapter)
    return problem_of(run(student, chapter.name, place))


def main(arguments: list[str]) -> None:
    """Write the notebooks of the named chapters, or of all, and run the students' if asked to."""
    parser = argparse.ArgumentParser(prog="workshop", description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    parser.add_argument("--check", action="store_true", help="run the students' notebooks too")
    add_language(parser)
    chosen = parser.parse_args(arguments)
    book = read_book(ROOT, chosen.language)
    chapters = book.choose(chosen.chapter)
    for chapter in chapters:
        # Code that was not run or needs a solution stops here, before anything is written.
        current(chapter)
        check_names(chapter)
    if not chosen.chapter:
        for name in ("student", "teacher"):  # a renamed chapter leaves nothing behind
            shutil.rmtree(WORKSHOP / f"{name}{book.edition.suffix}", ignore_errors=True)
    pages = [chapter.page for chapter in book]
    for chapter in chapters:
        for path in write_handouts(chapter, pages, WORKSHOP):
            print(f"workshop: wrote {path.relative_to(ROOT)}", flush=True)
    if chosen.check:
        with tempfile.TemporaryDirectory() as folder:
            sys.exit(0 if run_students(chapters, Path(folder)) else 1)
