"""A new lesson is one Markdown file and one line: every check takes it as it is."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.added import NAMES, add_lessons
from tools.address import read_address, readme_with_chapters
from tools.chapters import ROOT, Book

CHECKED = (
    *(
        "tests/book",
        "tests/classroom",
        "tests/tools/test_handouts.py",
        "tests/tools/test_slides.py",
    ),
    *(f"chapters/{name}.ipynb" for name in NAMES),
    "chapters/measure/test_checks.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with two more lessons, as they are after ``make notebooks``."""
    root = tmp_path_factory.mktemp("copy")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    add_lessons(root)
    book = Book(root)
    (root / "README.md").write_text(readme_with_chapters(book, read_address(root)))
    return root


@pytest.mark.slow
def test_all_checks_that_apply_take_both_lessons(copy):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--numprocesses=0"]
    # These two are short on purpose.
    command += ["--deselect", "tests/book/test_minutes.py::test_a_lesson_takes_25_to_50_minutes"]
    result = subprocess.run(
        [*command, "-q", "-m", "not slow and not node and not browser and not heavy", *CHECKED],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    for name in NAMES:
        assert f"chapters/{name}.ipynb" not in result.stdout  # no failure, no warning


@pytest.mark.slow
def test_the_readme_and_the_run_in_colab_know_both_lessons(copy):
    readme = (copy / "README.md").read_text(encoding="utf-8")
    assert "| Count the records | [`chapters/count.ipynb`](chapters/count.ipynb) |" in readme
    assert "| Measure a file | [`chapters/measure.ipynb`](chapters/measure.ipynb) |" in readme
    code = "from tools.proof.colab import notebooks; print(*notebooks([]))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=True
    )
    assert set(NAMES) < set(run.stdout.split())
