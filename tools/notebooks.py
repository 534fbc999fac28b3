"""Derive each chapter's notebook from its Markdown source, run it and store the outputs.

The notebook is the same from run to run: cell ids come from the content, no times of single
cells are kept, and a run that changes nothing but exempt outputs (times, training logs) leaves
the file alone. When its outputs were made, and with which versions, stands in the metadata.
"""

import argparse
import copy
import datetime
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "chapters"
EXEMPT_TAG = "nbval-ignore-output"
# Files that a chapter writes and the book ships, by chapter.
SHIPPED = {"02-keras-to-onnx": [("models/named.onnx", ROOT / "helpers/data/digits.onnx")]}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Kernels and other processes that are started from here inherit it, those of cold.py too.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


class ChapterError(Exception):
    """A chapter that cannot be stored, with the reason."""


def read_source(path: Path) -> NotebookNode:
    """Notebook without outputs, derived from a chapter's Markdown source.

    Parameters
    ----------
    path : pathlib.Path
        The chapter's ``.md`` file.

    Returns
    -------
    nbformat.NotebookNode
        Cells with ids that follow from their content.
    """
    parsed = jupytext.read(path, fmt="md:myst")
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": dict(KERNEL)})
    notebook.metadata["language_info"] = {"name": "python"}
    seen: Counter[str] = Counter()
    for cell in parsed.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] += 1
        cell_id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        make = getattr(nbformat.v4, f"new_{cell.cell_type}_cell")
        notebook.cells.append(make(cell.source, id=cell_id, metadata=metadata_of(cell)))
    return notebook


def metadata_of(cell: NotebookNode) -> dict:
    """Metadata of a cell; what the site folds, Colab and JupyterLab fold too."""
    metadata = copy.deepcopy(cell.metadata)
    if {"hide-cell", "hide-input"} & set(metadata.get("tags", [])):
        metadata["cellView"] = "form"  # Colab
        metadata["jupyter"] = {"source_hidden": True}  # JupyterLab
    return metadata


def read_notebook(path: Path) -> NotebookNode:
    """Stored notebook of a chapter, as version 4 without any upgrade on the way."""
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def sources(notebook: NotebookNode) -> list[tuple[str, str, str, dict]]:
    """All of a notebook that comes from the source: every cell but its outputs."""
    return [(cell.id, cell.cell_type, cell.source, dict(cell.metadata)) for cell in notebook.cells]


def is_exempt(cell: NotebookNode) -> bool:
    """Whether the outputs of a cell are left out of the comparison."""
    return EXEMPT_TAG in cell.metadata.get("tags", [])


def compared(notebook: NotebookNode) -> list:
    """All of a notebook that must be the same after another run."""
    return [(cell.id, None if is_exempt(cell) else cell.get("outputs")) for cell in notebook.cells]


def execute(notebook: NotebookNode, folder: Path) -> list[float]:
    """Run a notebook in place, in a folder of its own, on the locked environment.

    Returns
    -------
    list of float
        Seconds for each code cell that is not empty, in order.

    Raises
    ------
    ChapterError
        When a cell raises an error or writes to stderr: a reader would see that.
    """
    seconds: list[float] = []
    started = 0.0

    def start(cell, cell_index):
        nonlocal started
        started = time.perf_counter()

    def end(cell, cell_index, execute_reply):
        seconds.append(time.perf_counter() - started)

    client = NotebookClient(
        notebook,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=start,
        on_cell_executed=end,
    )
    try:
        client.execute(stderr=subprocess.DEVNULL)  # the kernel's own log, not the notebook's
    except CellExecutionError as error:
        raise ChapterError(without_colors(str(error))) from error
    noise = [
        f"cell {number} writes to stderr:\n{output.text}"
        for number, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr"
    ]
    if noise:
        raise ChapterError("\n".join(noise))
    notebook.metadata["language_info"] = {"name": "python"}
    return seconds


def without_colors(text: str) -> str:
    """Text of a terminal without its color codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def run_record(notebook: NotebookNode) -> dict:
    """When a notebook ran, on which Python, and with which packages that its code imports.

    Returns
    -------
    dict
        ``date`` (ISO 8601, UTC), ``python`` ("3.11") and ``packages`` (version by name).
    """
    code = "\n".join(cell.source for cell in code_cells(notebook))
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE))
    owners = importlib.metadata.packages_distributions()
    packages = {}
    for module in sorted(imported - {"helpers"}):
        for name in set(owners.get(module, [])):
            version = importlib.metadata.version(name)
            packages[re.sub(r"[-_]cpu$", "", name)] = version
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
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


def derive(source: Path) -> str:
    """Run one chapter and store it; return a line that says what happened."""
    started = time.perf_counter()
    target = source.with_suffix(".ipynb")
    notebook = read_source(source)
    notebook.metadata["executed"] = run_record(notebook)
    with tempfile.TemporaryDirectory() as folder:
        execute(notebook, Path(folder))
        taken = f"{time.perf_counter() - started:.0f} s"
        unchanged = target.exists() and same_run(read_notebook(target), notebook)
        for made, shipped in SHIPPED.get(source.stem, []):
            if not (unchanged and shipped.exists()):
                shutil.copyfile(Path(folder) / made, shipped)
        if unchanged:
            return f"{target.name}: unchanged ({taken})"
    write(notebook, target)
    return f"{target.name}: written ({taken})"


def write(notebook: NotebookNode, target: Path) -> None:
    """Store a notebook in one step, so that an interrupted run leaves the old one whole."""
    nbformat.validate(notebook)
    partial = target.with_suffix(".ipynb.partial")
    nbformat.write(notebook, partial)
    partial.replace(target)


def anchor(heading: str) -> str:
    """Anchor of a heading, as the site makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Code cells of a notebook, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def refresh_prose(source: Path) -> bool:
    """Take edited prose over into the stored notebook, if no code changed; no execution."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        return False
    notebook, stored = read_source(source), read_notebook(target)
    if [cell.id for cell in code_cells(notebook)] != [cell.id for cell in code_cells(stored)]:
        return False
    carry_outputs(stored, notebook)
    write(notebook, target)
    return True


def refresh_first_cell(source: Path) -> None:
    """Take a changed first code cell over, which has no output where helpers is installed."""
    target = source.with_suffix(".ipynb")
    notebook, stored = read_source(source), read_notebook(target)
    carry_outputs(stored, notebook)
    write(notebook, target)


def carry_outputs(stored: NotebookNode, notebook: NotebookNode) -> None:
    """Take the outputs of one notebook, and their date, over into one with as many cells."""
    for old, new in zip(code_cells(stored), code_cells(notebook), strict=True):
        new.outputs, new.execution_count = old.outputs, old.execution_count
    notebook.metadata["executed"] = stored.metadata["executed"]


def chapter_sources(names: list[str]) -> list[Path]:
    """Markdown sources of the named chapters, or of all (pages without code are none)."""
    found = {path.stem: path for path in sorted(CHAPTERS.glob("*.md"))}
    unknown = [name for name in names if name not in found]
    if unknown:
        sys.exit(f"notebooks: no chapter {', '.join(unknown)}; there are: {', '.join(found)}")
    return [found[name] for name in names] if names else list(found.values())


def derive_side_by_side(chosen: list[Path]) -> list[bool]:
    """Derive chapters on all cores, report each, and return which ones were stored."""
    results = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for source, future in [(path, pool.submit(derive, path)) for path in chosen]:
            try:
                print(f"notebooks: {future.result()}", flush=True)
                results.append(True)
            except ChapterError as error:
                print(f"notebooks: {source.name} was not stored: {error}", flush=True)
                results.append(False)
    return results


def main() -> None:
    """Derive the named chapters, or all of them, side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    chosen = chapter_sources(parser.parse_args().chapter)
    print(f"notebooks: running {', '.join(path.stem for path in chosen)}", flush=True)
    # What a chapter ships, others read: it comes first.
    first = [path for path in chosen if path.stem in SHIPPED]
    others = [path for path in chosen if path.stem not in SHIPPED]
    results = [result for group in (first, others) for result in derive_side_by_side(group)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
