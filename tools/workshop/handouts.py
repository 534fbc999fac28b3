"""Derive a student's and a teacher's notebook from each chapter.

The student's has an empty cell instead of each solution, and no outputs. The teacher's
has everything, unfolded, and shows the notes that a chapter's source keeps in comments of the
form ``<!-- teacher: ... -->``. Nothing of this is kept: both are made anew from the chapter.
"""

import argparse
import copy
import os
import re
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import notebooks
from nbformat import NotebookNode
from notebooks import ChapterError

WORKSHOP = notebooks.ROOT / "_build" / "workshop"
# Where the site's chapters stand, seen from the notebooks: a kit has `site` next to them.
PAGES = "../site/chapters"
SOLUTION_TAG = "hide-cell"
FOLDED = ("cellView", "jupyter")  # how Colab and JupyterLab fold a cell
NOTE = re.compile(r"\s*<!-- teacher:\s*(.*?)\s*-->", re.DOTALL)
# An exercise starts with a bold number; sections start with a heading.
NEXT_PART = re.compile(r"^(?:#{2,6} |\*\*\d+\. )", re.MULTILINE)
LINK_TO_PAGE = re.compile(r"\]\((?!https?:|#|/)([\w./-]+)\.md(#[\w-]+)?\)")


def student_version(chapter: NotebookNode) -> NotebookNode:
    """Notebook for students: no solution, no explanation of one, no outputs, no notes.

    The explanation of a solution is the Markdown from the solution to the next exercise or
    heading. Solutions in several cells leave one empty cell. It stands before the cell
    ``answer_N = ...``, if there is one, so that the notebook still runs from top to bottom
    when the answer refers to what a student defines there.

    Parameters
    ----------
    chapter : nbformat.NotebookNode
        A chapter's notebook; it stays as it is.

    Raises
    ------
    ChapterError
        When a solution does not say which exercise it solves.
    """
    student = without_outputs(chapter)
    student.cells = []
    solved = None  # the exercise whose explanation may follow
    for cell in copy.deepcopy(chapter.cells):
        if is_solution(cell):
            number = solution_number(cell)
            if number != solved:
                student.cells.insert(place_to_work(student.cells, number), empty_cell(number))
            solved = number
            continue
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            if solved is not None:
                cell.source = without_explanation(cell.source)
            cell.source = link_to_pages(NOTE.sub("", cell.source))
            if not cell.source:
                continue
            solved = None
        student.cells.append(cell)
    return student


def teacher_version(chapter: NotebookNode) -> NotebookNode:
    """Notebook for teachers: everything, with solutions unfolded, outputs, and notes visible.

    Parameters
    ----------
    chapter : nbformat.NotebookNode
        A chapter's notebook; it stays as it is.
    """
    teacher = copy.deepcopy(chapter)
    for cell in teacher.cells:
        if is_solution(cell):
            for key in FOLDED:
                cell.metadata.pop(key, None)
        elif cell.cell_type == "markdown":
            cell.source = link_to_pages(NOTE.sub(visible_note, cell.source)).lstrip("\n")
    return teacher


def without_outputs(chapter: NotebookNode) -> NotebookNode:
    """Copy of a notebook's metadata, without the record of a run."""
    metadata = {key: value for key, value in chapter.metadata.items() if key != "executed"}
    return nbformat.v4.new_notebook(metadata=copy.deepcopy(metadata))


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell is (a part of) the solution of an exercise."""
    return cell.cell_type == "code" and SOLUTION_TAG in cell.metadata.get("tags", [])


def solution_number(cell: NotebookNode) -> int:
    """Number of the exercise that a cell solves, which the cell gives as ``Solution N``."""
    found = re.search(r"\bSolution (\d+)", cell.source)
    if found is None:
        first = cell.source.partition("\n")[0]
        raise ChapterError(
            f"A cell with the tag {SOLUTION_TAG} is a solution, and this one names no exercise: "
            f"{first!r}. Start it with '# Solution N: ', N being the exercise's number."
        )
    return int(found[1])


def empty_cell(number: int) -> NotebookNode:
    """Cell for a student's own solution."""
    return nbformat.v4.new_code_cell(
        f"# Exercise {number}: your code here\n", id=f"exercise-{number}"
    )


def place_to_work(cells: list[NotebookNode], number: int) -> int:
    """Index of the cell that takes the answer of an exercise, or behind all cells."""
    for index, cell in enumerate(cells):
        if cell.cell_type == "code" and cell.source.startswith(f"answer_{number} ="):
            return index
    return len(cells)


def without_explanation(text: str) -> str:
    """Markdown from the next exercise or heading on; empty if there is none."""
    found = NEXT_PART.search(text)
    return text[found.start() :] if found else ""


def visible_note(note: re.Match) -> str:
    """Note of the source as a quotation that a reader sees."""
    lines = f"**For the teacher.** {note[1]}".splitlines()
    return "\n\n" + "\n".join(f"> {line.strip()}".rstrip() for line in lines)


def link_to_pages(text: str) -> str:
    """Markdown whose links to other Markdown files lead to the site's pages.

    Links to chapters stay: those are notebooks, and lie in the same folder.
    """
    return LINK_TO_PAGE.sub(rf"]({PAGES}/\1.html\2)", text)


def read_chapter(source: Path) -> NotebookNode:
    """Stored notebook of a chapter, if it is what the source says."""
    target = source.with_suffix(".ipynb")
    stored = notebooks.read_notebook(target) if target.exists() else None
    if stored and notebooks.sources(stored) == notebooks.sources(notebooks.read_source(source)):
        return stored
    raise ChapterError(
        f"{target.name} is not what {source.name} says. "
        f"Run 'make notebooks CHAPTER={source.stem}' first."
    )


def write(source: Path, folder: Path) -> list[Path]:
    """Write both notebooks of a chapter below a folder, and return their paths."""
    chapter = read_chapter(source)
    versions = {"student": student_version(chapter), "teacher": teacher_version(chapter)}
    written = []
    for name, notebook in versions.items():
        target = folder / name / f"{source.stem}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        notebooks.write(notebook, target)
        written.append(target)
    return written


def run(source: Path, folder: Path) -> str:
    """Run the student's notebook of a chapter as it is handed out, in a folder of its own.

    Parameters
    ----------
    source : pathlib.Path
        The chapter's ``.md`` file.
    folder : pathlib.Path
        An empty folder; what the notebook writes stays there.

    Returns
    -------
    str
        A line to report.

    Raises
    ------
    ChapterError
        When a cell fails or writes to stderr, as one does that needs a solution.
    """
    started = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    notebooks.execute(student_version(notebooks.read_source(source)), folder)
    taken = time.perf_counter() - started
    return f"the student's {source.stem} runs from top to bottom ({taken:.0f} s)"


def run_side_by_side(chosen: list[Path], folder: Path) -> bool:
    """Run the students' notebooks on all cores, report each, and say whether all went well.

    What a notebook writes stays in ``folder``, below the name of its chapter.
    """
    well = True
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for source, future in [
            (source, pool.submit(run, source, folder / source.stem)) for source in chosen
        ]:
            try:
                print(f"workshop: {future.result()}", flush=True)
            except ChapterError as error:
                print(f"workshop: the student's {source.stem} fails: {error}", flush=True)
                well = False
    return well


def main() -> None:
    """Write the notebooks of the named chapters, or of all, and run the students' if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    parser.add_argument("--check", action="store_true", help="run the students' notebooks too")
    arguments = parser.parse_args()
    chosen = notebooks.chapter_sources(arguments.chapter)
    if not arguments.chapter:
        for name in ("student", "teacher"):  # a renamed chapter leaves nothing behind
            shutil.rmtree(WORKSHOP / name, ignore_errors=True)
    try:
        for path in [path for source in chosen for path in write(source, WORKSHOP)]:
            print(f"workshop: wrote {path.relative_to(notebooks.ROOT)}", flush=True)
    except ChapterError as error:
        sys.exit(f"workshop: {error}")
    if arguments.check:
        with tempfile.TemporaryDirectory() as folder:
            well = run_side_by_side(chosen, Path(folder))
        sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
