"""Run chapters and store their notebooks: what ``make notebooks`` does.

A notebook is the same from run to run: cell ids come from the content, no times of single cells
are kept, and a run that changes nothing but exempt outputs leaves the file alone.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools import engines
from tools.address import write_readme
from tools.chapters import ROOT, Book, Chapter, ChapterError, read_book
from tools.editions import languages
from tools.minutes import fill
from tools.notebook import (
    code_cells,
    current,
    derive,
    read_notebook,
    run_record,
    same_cells,
    same_run,
    write,
)
from tools.run import Run, run, side_by_side


def store(chapter: Chapter) -> str:
    """Run one chapter and store it; return a line that says what happened.

    Raises
    ------
    ChapterError
        When a cell raises an error or writes to stderr: a reader would see that; or when the
        engine is missing that the chapter runs on. Nothing is stored then.
    """
    if chapter.engine and (problem := engines.why_no_spark()):
        raise ChapterError(f"{chapter.name} was not stored: {problem}")
    notebook = derive(chapter)
    notebook.metadata["executed"] = run_record(notebook)
    with tempfile.TemporaryDirectory() as folder:
        result = run(notebook, chapter.name, Path(folder), variables=own_packages(chapter))
        if problem := problem_of(result):
            raise ChapterError(f"{chapter.name} was not stored: {problem}")
        fill(notebook)
        unchanged = chapter.notebook.exists() and same_run(
            read_notebook(chapter.notebook), notebook
        )
        for made, shipped in chapter.ships.items():
            target = chapter.root / shipped
            if not (unchanged and target.exists()):
                shutil.copyfile(Path(folder) / made, target)
    if unchanged:
        return f"{chapter.notebook.name}: unchanged ({result.total:.0f} s)"
    write(notebook, chapter.notebook)
    return f"{chapter.notebook.name}: written ({result.total:.0f} s)"


def own_packages(chapter: Chapter) -> dict[str, str]:
    """Variables that let a chapter of a copy of the book find the packages of that copy."""
    return {"PYTHONPATH": str(chapter.root), **engines.variables(chapter)}


def problem_of(result: Run) -> str:
    """Why a run cannot be stored; empty if it can."""
    if result.error:
        return result.error
    return "\n".join(f"a cell writes to stderr:\n{text}" for text in result.noisy)


def refresh(chapter: Chapter) -> str:
    """Take edited prose over into the stored notebook without a run; return a line.

    Raises
    ------
    ChapterError
        When code was edited: it has to be run.
    """
    notebook = current(chapter)
    name = f"{chapter.edition.prefix}{chapter.notebook.name}"
    if chapter.notebook.exists() and same_cells(read_notebook(chapter.notebook), notebook):
        return f"{name}: unchanged"
    write(notebook, chapter.notebook)
    return f"{name}: prose taken over, nothing was run"


def main(arguments: list[str]) -> None:
    """Run and store the named chapters, or all; or take their prose over."""
    parser = argparse.ArgumentParser(prog="notebooks", description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    parser.add_argument("--prose", action="store_true", help="run nothing; stop at edited code")
    chosen = parser.parse_args(arguments)
    chapters = read_book().choose(chosen.chapter)
    for chapter in chapters:
        derive(chapter)  # a fault in a source stops here, before anything runs
    work = refresh if chosen.prose else store
    # What a chapter ships, others read: it comes first.
    first = [chapter for chapter in chapters if chapter.ships]
    others = [chapter for chapter in chapters if not chapter.ships]
    failed = False
    for group in (first, others):
        for _, (line, stored) in side_by_side(lambda chapter: attempt(work, chapter), group):
            print(f"notebooks: {line}", flush=True)
            failed = failed or not stored
    if not failed:
        translate(ROOT, [chapter.name for chapter in chapters])
    write_readme()
    sys.exit(1 if failed else 0)


def translate(root: Path, names: list[str]) -> None:
    """Put the code and the outputs of these chapters into their notebooks in other languages."""
    for language in languages(root):
        for chapter in Book(root, language).choose(names):
            print(f"notebooks: {refresh(chapter)}", flush=True)


def attempt(work: Callable[[Chapter], str], chapter: Chapter) -> tuple[str, bool]:
    """Line about a chapter, and whether its notebook is stored."""
    try:
        return work(chapter), True
    except ChapterError as error:
        return str(error), False


def bench(arguments: list[str]) -> None:
    """Print the seconds that each notebook and each of its code cells takes."""
    for chapter in read_book().choose(arguments):
        notebook = derive(chapter)
        with tempfile.TemporaryDirectory() as folder:
            result = run(notebook, chapter.name, Path(folder), variables=own_packages(chapter))
        code = [cell for cell in code_cells(notebook) if cell.source]
        print(f"{sum(result.seconds):8.2f} s  {chapter.name}, {len(code)} code cells:")
        for taken, cell in zip(result.seconds, code, strict=False):
            print(f"{taken:8.2f} s    [{cell.execution_count}] {cell.source.splitlines()[0]}")
