"""Each chapter's notebook is what its source says, and fit to be read everywhere."""

import datetime
import re
from pathlib import Path

import nbformat
import notebooks
import pytest

SOURCES = notebooks.chapter_sources([])


def differences(source: Path) -> list[str]:
    """How a stored notebook differs from what its source says, a line for each place."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        return [f"{target.name} is missing"]
    stored = notebooks.sources(notebooks.read_notebook(target))
    derived = notebooks.sources(notebooks.read_source(source))
    found = [
        f"{target.name}, cell {number}: differs from {source.name}"
        for number, (here, there) in enumerate(zip(stored, derived, strict=False))
        if here != there
    ]
    if len(stored) != len(derived):
        found.append(f"{target.name} has {len(stored)} cells, {source.name} has {len(derived)}")
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebook_and_source_are_in_step(source):
    assert differences(source) == [], "run: make notebooks"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebook_says_with_which_packages_it_ran_and_they_are_these(source):
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    executed = notebook.metadata.executed
    datetime.date.fromisoformat(executed.date)
    assert executed.packages == notebooks.run_record(notebook)["packages"], "run: make notebooks"
    assert {"onnx", "onnxruntime"} & set(executed.packages)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebook_holds_nothing_that_changes_from_run_to_run(source):
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "executed"}
    assert notebook.metadata.language_info == {"name": "python"}
    text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    for trace in ("/home/", str(Path.home()), "/tmp/", "site-packages", "0x7f", "iopub"):
        assert trace not in text


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_code_cell_ran_in_order_without_error_or_stderr(source):
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_picture_has_alt_text(source):
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    for cell in notebook.cells:
        pictures = [
            output
            for output in cell.get("outputs", [])
            if any(kind.startswith("image/") for kind in output.get("data", {}))
        ]
        if pictures:
            assert len(cell.metadata.mystnb.image.alt) > 20, cell.source


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_prose_uses_only_what_colab_shows_too(source):
    """No MyST directive, role, target or substitution: Colab shows them as raw text."""
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                assert not line.startswith(("```{", ":::", "% ", "+++")), line
                assert not re.match(r"\(.+\)=\s*$", line), line
                assert "{ref}`" not in line, line
                assert "{doc}`" not in line, line
                assert "{{" not in line, line


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_at_most_a_tenth_of_the_code_cells_is_exempt_from_comparison(source):
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert sum(map(notebooks.is_exempt, code)) <= len(code) / 10


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_solutions_are_folded_on_the_site_in_colab_and_in_jupyterlab(source):
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    solutions = [
        cell for cell in notebooks.code_cells(notebook) if cell.source.startswith("# Solution")
    ]
    assert len(solutions) >= 4
    for cell in solutions:
        assert "hide-cell" in cell.metadata.tags
        assert cell.metadata.cellView == "form"
        assert cell.metadata.jupyter.source_hidden


def test_every_chapter_is_in_the_table_of_contents():
    contents = (notebooks.ROOT / "_toc.yml").read_text(encoding="utf-8")
    for source in SOURCES:
        name = source.relative_to(notebooks.ROOT).with_suffix("").as_posix()
        assert f"file: {name}\n" in contents
