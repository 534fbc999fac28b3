"""From a chapter's source to its notebook: cells, then a list of small steps.

Whoever shows, packs or publishes a notebook takes it from `current`: the source as it is now,
with the outputs that were stored for exactly this code. Code that was not run has no outputs to
stand beside, so `current` stops and names it.
"""

import copy
import hashlib
import importlib.metadata
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from tools.address import FIRST_CELL, first_cell, read_address
from tools.chapters import Chapter
from tools.messages import speaking
from tools.minutes import Minutes, fill, measure
from tools.outputs import said
from tools.source import EXEMPT, SLIDES, Cell, tagged_number

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# What the setup cell is named after: its text without address and packages of one lesson.
SETUP_ID = hashlib.sha256(FIRST_CELL.replace("{more}", ", ").encode()).hexdigest()[:12]


def derive(chapter: Chapter) -> NotebookNode:
    """Notebook of a chapter without outputs: cells with ids that follow from their content.

    Its minutes are not filled in, since outputs count: `current` and `store` do it at the end.
    """
    address, language = read_address(chapter.root), chapter.edition.language
    setup = first_cell(address, tuple(chapter.needs), language)
    cells = with_setup(chapter.cells, setup)
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": dict(KERNEL)})
    notebook.metadata["language_info"] = {"name": "python"}
    seen: Counter[str] = Counter()
    for cell in cells:
        content = f"{cell.kind}\n{cell.source}{quiz_of(chapter, cell)}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:12]
        digest = SETUP_ID if "setup" in cell.tags and cell.kind == "code" else digest
        seen[digest] += 1
        cell_id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        # Not nbformat's functions: they validate each cell, and `write` validates all of them.
        made: dict[str, Any] = {"cell_type": cell.kind, "id": cell_id, "source": cell.source}
        made["metadata"] = with_looks(cell.metadata)
        if cell.kind == "code":
            made |= {"outputs": [], "execution_count": None}
        notebook.cells.append(nbformat.from_dict(made))
    return notebook


def quiz_of(chapter: Chapter, cell: Cell) -> str:
    """Questions that a cell shows: an edited quiz is to be run again, as edited code is."""
    file = chapter.folder / "quiz.toml"
    shows = cell.kind == "code" and cell.source.startswith("show_quiz(") and file.exists()
    return file.read_text(encoding="utf-8") if shows else ""


def with_setup(cells: list[Cell], source: str) -> list[Cell]:
    """Cells with the one that installs the book in front of the first code cell."""
    first = next(index for index, cell in enumerate(cells) if cell.kind == "code")
    metadata = {"tags": ["setup", "hide-input"]}
    setup = Cell("code", source, metadata, cells[first].line)
    return [*cells[:first], setup, *cells[first:]]


def with_looks(metadata: dict) -> dict:
    """Metadata with what the site, Colab, JupyterLab and nbconvert call the tags."""
    metadata = copy.deepcopy(metadata)
    tags = metadata.get("tags", [])
    if is_solution(tags):
        metadata["tags"] = tags = [*tags, "hide-cell"]  # the site
    if {"hide-cell", "hide-input"} & set(tags):
        metadata["cellView"] = "form"  # Colab
        metadata["jupyter"] = {"source_hidden": True}  # JupyterLab
    shown = [tag for tag in SLIDES if tag in tags]
    if shown:
        metadata["slideshow"] = {"slide_type": shown[0]}  # JupyterLab, nbconvert
    return metadata


def is_solution(tags: list[str]) -> bool:
    """Whether a cell with these tags is a part of the solution of an exercise."""
    return tagged_number(tags, "solution") is not None


def tags_of(cell: NotebookNode) -> list[str]:
    """Tags of a notebook's cell."""
    return cell.metadata.get("tags", [])


def is_exempt(cell: NotebookNode) -> bool:
    """Whether the outputs of a cell are left out of the comparison."""
    return EXEMPT in tags_of(cell)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Code cells of a notebook, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def read_notebook(path: Path) -> NotebookNode:
    """Stored notebook, as version 4 without any upgrade on the way."""
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def current(chapter: Chapter) -> NotebookNode:
    """Notebook of a chapter as its source is now, with the stored outputs of the same code.

    Raises
    ------
    ChapterError
        When code was edited, moved, added or taken out and not run; the message names it.
    """
    again = f"Run: make notebooks CHAPTER={chapter.name}"
    if not chapter.ran.exists():
        raise chapter.fail(1, f"this chapter was never run. {again}")
    notebook, stored = derive(chapter), read_notebook(chapter.ran)
    outputs = {cell.id: cell for cell in code_cells(stored)}
    order = [cell.id for cell in code_cells(stored)]
    for position, cell in enumerate(code_cells(notebook)):
        if position >= len(order) or cell.id != order[position]:
            first = cell.source.partition("\n")[0]
            raise chapter.fail(
                line_of(chapter, position),
                f"the cell {first!r} was edited or moved and not run since. {again}",
            )
        cell.outputs = outputs[cell.id].outputs
        if chapter.edition.is_translated:
            with speaking(chapter.edition.language):
                cell.outputs = said(cell.outputs, cell.source, chapter)
        cell.execution_count = outputs[cell.id].execution_count
    if len(order) > len(code_cells(notebook)):
        raise chapter.fail(1, f"a code cell was taken out, and the rest not run since. {again}")
    notebook.metadata["executed"] = stored.metadata["executed"]
    with speaking(chapter.edition.language):
        return fill(notebook)


def check_all_ran(chapters: Iterable[Chapter]) -> None:
    """Stop at code that was edited and not run, as `current` does."""
    for chapter in chapters:
        current(chapter)


def read_minutes(chapter: Chapter) -> Minutes | None:
    """Minutes of a chapter, with the outputs that are stored; None if it was never run."""
    if not chapter.ran.exists():
        return None
    notebook = derive(chapter)
    outputs = {cell.id: cell.outputs for cell in code_cells(read_notebook(chapter.ran))}
    for cell in code_cells(notebook):
        cell.outputs = outputs.get(cell.id, [])
    return measure(notebook)


def line_of(chapter: Chapter, position: int) -> int:
    """Line of a code cell of the notebook in the source; the setup cell has that of the next."""
    lines = [cell.line for cell in chapter.cells if cell.kind == "code"]
    return lines[max(position - 1, 0)]


def sources(notebook: NotebookNode) -> list[tuple[str, str, str, dict]]:
    """All of a notebook that comes from the source: every cell but its outputs."""
    return [(cell.id, cell.cell_type, cell.source, dict(cell.metadata)) for cell in notebook.cells]


def same_cells(stored: NotebookNode, notebook: NotebookNode) -> bool:
    """Whether two notebooks have the same cells, outputs included."""
    return sources(stored) == sources(notebook) and (
        [cell.get("outputs") for cell in stored.cells]
        == [cell.get("outputs") for cell in notebook.cells]
    )


def compared(notebook: NotebookNode) -> list[tuple]:
    """All of a notebook that must be the same after another run."""
    return [(cell.id, None if is_exempt(cell) else cell.get("outputs")) for cell in notebook.cells]


@cache
def owners_of_modules() -> Mapping[str, list[str]]:
    """Packages by the modules that they install."""
    return importlib.metadata.packages_distributions()


def run_record(notebook: NotebookNode) -> dict:
    """When a notebook ran, on which Python, and with which packages that its code imports.

    Returns
    -------
    dict
        ``date`` (ISO 8601, UTC), ``python`` ("3.11") and ``packages`` (version by name).
    """
    code = "\n".join(cell.source for cell in code_cells(notebook))
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE))
    owners = owners_of_modules()
    packages = {}
    for module in sorted(imported - {"helpers", "classroom"}):
        for name in set(owners.get(module, [])):
            version = importlib.metadata.version(name)
            packages[re.sub(r"[-_]cpu$", "", name)] = version
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "packages": packages,
    }


def same_run(stored: NotebookNode, notebook: NotebookNode) -> bool:
    """Whether a run gave what is stored: sources, compared outputs and versions."""
    before, now = stored.metadata.get("executed", {}), notebook.metadata["executed"]
    return (
        sources(stored) == sources(notebook)
        and compared(stored) == compared(notebook)
        and before.get("packages") == now["packages"]
    )


def write(notebook: NotebookNode, target: Path) -> None:
    """Store a notebook in one step, so that an interrupted run leaves the old one whole."""
    nbformat.validate(notebook)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".ipynb.partial")
    nbformat.write(notebook, partial)
    partial.replace(target)
