"""The checks themselves: each notices the fault that it is there for.

A copy of a short chapter is broken in one way at a time; the matching check must fail on
that, and pass on the copy before.
"""

import subprocess
import sys
import textwrap

import nbformat
import notebooks
import pytest
import test_pairs

CHAPTER = textwrap.dedent("""\
    ---
    kernelspec:
      display_name: Python 3
      language: python
      name: python3
    ---

    # Count the digits

    ```{code-cell} ipython3
    from helpers import load_mnist

    digits = load_mnist()
    print(digits.x_train.shape)
    ```

    ```{code-cell} ipython3
    digits.y_test[:5]
    ```

    ```{code-cell} ipython3
    :tags: [nbval-ignore-output]

    import time

    print(time.perf_counter())
    ```
    """)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A chapter as a person would store it: a source and the notebook derived from it."""
    source = tmp_path_factory.mktemp("stored") / "count.md"
    source.write_text(CHAPTER)
    notebooks.derive(source)
    return source


@pytest.fixture
def chapter(stored, tmp_path):
    """A copy of that chapter to break: source, path of the notebook, its content."""
    source = tmp_path / "count.md"
    source.write_text(stored.read_text())
    target = source.with_suffix(".ipynb")
    target.write_text(stored.with_suffix(".ipynb").read_text())
    return source, target, notebooks.read_notebook(target)


def run_nbval(target):
    """Compare a notebook's outputs, as the test of the book does."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--numprocesses=0"]
    command += ["--rootdir", str(target.parent), "-c", str(notebooks.ROOT / "pyproject.toml")]
    return subprocess.run([*command, str(target)], capture_output=True, text=True, check=False)


def test_the_untouched_copy_passes(chapter):
    source, target, _ = chapter
    assert test_pairs.differences(source) == []
    result = run_nbval(target)
    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout


def test_a_changed_output_fails_the_comparison(chapter):
    _, target, notebook = chapter
    notebook.cells[1].outputs[0].text = "(7999, 28, 28)\n"
    nbformat.write(notebook, target)
    result = run_nbval(target)
    assert result.returncode == 1
    assert "1 failed, 2 passed" in result.stdout
    assert "(7999, 28, 28)" in result.stdout


def test_an_exempt_output_may_change(chapter):
    _, target, notebook = chapter
    notebook.cells[3].outputs[0].text = "0.0\n"
    nbformat.write(notebook, target)
    assert run_nbval(target).returncode == 0


def test_a_new_exception_fails_the_comparison_even_in_an_exempt_cell(chapter):
    _, target, notebook = chapter
    notebook.cells[3].source = "raise RuntimeError('new')"
    nbformat.write(notebook, target)
    result = run_nbval(target)
    assert result.returncode == 1
    assert "1 failed, 2 passed" in result.stdout


def test_a_line_on_stderr_fails_the_comparison(chapter):
    _, target, notebook = chapter
    notebook.cells[2].source = "import sys\nprint('noise', file=sys.stderr)\ndigits.y_test[:5]"
    nbformat.write(notebook, target)
    assert run_nbval(target).returncode == 1


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
    source, _, _ = chapter
    assert old in source.read_text()
    source.write_text(source.read_text().replace(old, new))
    assert len(test_pairs.differences(source)) == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda cells: cells[2].update(source="digits.y_test[:4]"),
        lambda cells: cells[0].update(source="# Count all the digits"),
        lambda cells: cells[2].metadata.update(tags=["nbval-ignore-output"]),
        lambda cells: cells.pop(),
        lambda cells: cells.append(nbformat.v4.new_markdown_cell("A stray thought.")),
    ],
)
def test_a_stray_edit_of_the_notebook_breaks_the_pair(chapter, edit):
    source, target, notebook = chapter
    edit(notebook.cells)
    nbformat.write(notebook, target)
    assert len(test_pairs.differences(source)) == 1


def test_a_second_run_that_changes_only_exempt_outputs_leaves_the_file_alone(chapter):
    source, target, _ = chapter
    before = target.read_bytes()
    assert "unchanged" in notebooks.derive(source)
    assert target.read_bytes() == before


def test_a_chapter_with_an_error_or_with_stderr_is_not_stored(chapter):
    source, target, _ = chapter
    before = target.read_bytes()
    for line in ("1 / 0", "import sys; sys.stderr.write('noise')"):
        source.write_text(CHAPTER.replace("digits.y_test[:5]", line))
        with pytest.raises(notebooks.ChapterError, match=r"ZeroDivisionError|stderr:\nnoise"):
            notebooks.derive(source)
    assert target.read_bytes() == before
    assert list(target.parent.glob("*.partial")) == []


def test_edited_prose_is_taken_over_without_a_run_and_edited_code_is_not(chapter):
    source, target, _ = chapter
    source.write_text(source.read_text().replace("# Count the digits", "# Count them"))
    assert notebooks.refresh_prose(source)
    assert test_pairs.differences(source) == []
    source.write_text(source.read_text().replace("y_test[:5]", "y_test[:4]"))
    before = target.read_bytes()
    assert not notebooks.refresh_prose(source)
    assert target.read_bytes() == before
