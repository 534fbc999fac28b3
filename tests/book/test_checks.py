"""The checks of notebooks: each notices the fault that it is there for.

A copy of a short chapter is broken in one way at a time; the check must fail on that, and pass
on the copy before.
"""

import re
import subprocess
import sys
from functools import partial

import nbformat
import pytest

from tools.chapters import ROOT, Book, ChapterError
from tools.notebook import current, read_notebook, sources
from tools.store import refresh, store


def in_step(chapter):
    """Whether the stored notebook is what the source says, read anew."""
    [chapter] = Book(chapter.root)
    try:
        return sources(read_notebook(chapter.notebook)) == sources(current(chapter))
    except ChapterError:
        return False


def edit(chapter, old, new):
    """Change the source, and return the chapter as it is then."""
    text = chapter.source.read_text()
    assert old in text
    chapter.source.write_text(text.replace(old, new))
    [chapter] = Book(chapter.root)
    return chapter


@pytest.mark.slow
def test_the_comparison_notices_each_fault_and_lets_an_exempt_output_change(chapter):
    fine = read_notebook(chapter.notebook)
    fine.cells[4].outputs[0].text = "0.0\n"  # exempt
    broken = read_notebook(chapter.notebook)
    broken.cells[2].outputs[0].text = "(7999, 28, 28)\n"
    broken.cells[3].source = "import sys\nprint('noise', file=sys.stderr)\ndigits.y_test[:5]"
    broken.cells[4].source = "raise RuntimeError('new, also in an exempt cell')"
    broken.cells[5].source = broken.cells[5].source.replace("y_test", "y_test[:1000]")
    said = compare(chapter.root, fine=fine, broken=broken, native=native())
    assert re.findall(r"^FAILED .*/(\w+)\.ipynb::Cell (\d)", said, re.MULTILINE) == [
        *(("broken", number) for number in "1234"),
        ("native", "1"),
    ]
    assert "5 failed, 7 passed" in said
    assert not (chapter.root / "here").exists()


def native():
    """A notebook that starts in an empty folder, and then shows a line of native code."""
    empty = nbformat.v4.new_output("stream", name="stdout", text="[]\n")
    runs = [
        ("import os\nprint(os.listdir())\nopen('here', 'w').close()", [empty]),
        ("import time\n_ = os.write(2, b'line')\ntime.sleep(0.5)", []),
    ]
    new = partial(nbformat.v4.new_code_cell, execution_count=1)
    return nbformat.v4.new_notebook(cells=[new(code, outputs=shown) for code, shown in runs])


def compare(root, **notebooks):
    """Compare notebooks as `make test` does; return what pytest says."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--numprocesses=0"]
    command += ["-p", "tools.pictures", "-p", "tools.own_folder", "--rootdir", str(root), "-rf"]
    command += ["-c", str(ROOT / "pyproject.toml")]
    for name, notebook in notebooks.items():
        nbformat.write(notebook, root / f"{name}.ipynb")
        command.append(str(root / f"{name}.ipynb"))
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("digits.y_test[:5]", "digits.y_test[:4]"),
        ("# Count the digits", "# Count all the digits"),
        (":tags: [nbval-ignore-output]", ":tags: [hide-input]"),
        ("import time\n\nprint(time.perf_counter())", "import time"),
    ],
)
def test_an_edit_of_the_source_alone_breaks_the_pair(chapter, old, new):
    assert in_step(chapter)
    assert not in_step(edit(chapter, old, new))


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[3].update(source="digits.y_test[:4]"),
        lambda cells: cells[0].update(source="# Count all the digits"),
        lambda cells: cells[3].metadata.update(tags=["nbval-ignore-output"]),
        lambda cells: cells.pop(),
        lambda cells: cells.append(nbformat.v4.new_markdown_cell("A stray thought.")),
    ],
)
def test_a_stray_edit_of_the_notebook_breaks_the_pair(chapter, change):
    notebook = read_notebook(chapter.notebook)
    change(notebook.cells)
    nbformat.write(notebook, chapter.notebook)
    assert not in_step(chapter)


def test_edited_prose_is_taken_over_without_a_run_and_edited_code_stops_and_is_named(chapter):
    edited = edit(chapter, "# Count the digits", "# Count them")
    assert "nothing was run" in refresh(edited)
    assert in_step(edited)
    edited = edit(chapter, "y_test[:5]", "y_test[:4]")
    before = chapter.notebook.read_bytes()
    with pytest.raises(
        ChapterError, match=r"chapters/count.md:11: the cell 'digits.y_test\[:4\]'"
    ):
        refresh(edited)
    assert chapter.notebook.read_bytes() == before


def test_a_moved_and_a_removed_cell_stop_as_well(chapter):
    cell = "```{code-cell} ipython3\ndigits.y_test[:5]\n```\n"
    text = chapter.source.read_text()
    moved = edit(chapter, cell, "")
    with pytest.raises(ChapterError, match="was edited or moved and not run since"):
        current(moved)
    chapter.source.write_text(text[: text.rindex("```{code-cell}")])
    [shorter] = Book(chapter.root)
    with pytest.raises(ChapterError, match="a code cell was taken out"):
        current(shorter)


@pytest.mark.slow
def test_a_second_run_that_changes_only_exempt_outputs_leaves_the_file_alone(chapter):
    before = chapter.notebook.read_bytes()
    assert "unchanged" in store(chapter)
    assert chapter.notebook.read_bytes() == before


@pytest.mark.slow
def test_a_chapter_with_an_error_stderr_or_a_dead_kernel_is_named_and_not_stored(chapter):
    before = chapter.notebook.read_bytes()
    line = "digits.y_test[:5]"
    for new, message in (
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.stderr.write('noise')", "stderr:\nnoise"),
        ("import os; os._exit(1)", "the kernel stopped"),
    ):
        edited = edit(chapter, line, new)
        with pytest.raises(ChapterError, match=f"(?s)count was not stored.*{message}"):
            store(edited)
        line = new
    assert chapter.notebook.read_bytes() == before
    assert list(chapter.notebook.parent.glob("*.partial")) == []
