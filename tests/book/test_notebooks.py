"""Each chapter's notebook is what its source says, and fit to be read everywhere."""

import datetime
import re
from pathlib import Path

import nbformat
import pytest

from tools.address import current_readme
from tools.chapters import read_book
from tools.notebook import code_cells, current, is_exempt, read_notebook, run_record, sources

CHAPTERS = pytest.mark.parametrize(
    "chapter", read_book().chapters, ids=lambda chapter: chapter.name
)


@CHAPTERS
def test_notebook_and_source_are_in_step(chapter):
    stored = read_notebook(chapter.notebook)
    assert sources(stored) == sources(current(chapter)), "run: make prose, or make notebooks"


@CHAPTERS
def test_notebook_says_with_which_packages_it_ran_and_they_are_these(chapter):
    notebook = read_notebook(chapter.notebook)
    executed = notebook.metadata.executed
    datetime.date.fromisoformat(executed.date)
    assert executed.packages == run_record(notebook)["packages"], "run: make notebooks"


@CHAPTERS
def test_notebook_holds_nothing_that_changes_from_run_to_run(chapter):
    notebook = read_notebook(chapter.notebook)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "executed"}
    assert notebook.metadata.language_info == {"name": "python"}
    text = chapter.notebook.read_text(encoding="utf-8")
    for trace in ("/home/", str(Path.home()), "/tmp/", "site-packages", "0x7f", "iopub"):
        assert trace not in text


@CHAPTERS
def test_every_code_cell_ran_in_order_without_error_or_stderr(chapter):
    code = code_cells(read_notebook(chapter.notebook))
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@CHAPTERS
def test_every_picture_has_alt_text(chapter):
    for cell in code_cells(read_notebook(chapter.notebook)):
        kinds = [kind for output in cell.outputs for kind in output.get("data", {})]
        if any(kind.startswith("image/") for kind in kinds):
            assert len(cell.metadata.mystnb.image.alt) > 20, cell.source


@CHAPTERS
def test_prose_uses_only_what_colab_shows_too(chapter):
    """No MyST directive, role, target or substitution: Colab shows them as raw text."""
    for cell in read_notebook(chapter.notebook).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                assert not line.startswith(("```{", ":::", "% ", "+++")), line
                assert not re.match(r"\(.+\)=\s*$", line), line
                assert not re.search(r"\{(ref|doc)\}`|\{\{", line), line


@CHAPTERS
def test_at_most_a_tenth_of_the_code_cells_is_exempt_from_comparison(chapter):
    code = code_cells(read_notebook(chapter.notebook))
    assert sum(map(is_exempt, code)) <= len(code) / 10


def test_the_readme_lists_the_chapters():
    assert current_readme(), "run: make repository"
