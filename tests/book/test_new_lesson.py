"""A new lesson is one Markdown file and one line: every check takes it as it is."""

import os
import subprocess
import sys

import pytest

from tests.added import NAMES

pytestmark = pytest.mark.slow

CHECKED = (
    *("tests/book", "--ignore=tests/book/test_checks.py"),  # it has a chapter of its own
    *(
        "tests/classroom/test_quiz.py",
        "tests/tools/test_handouts.py",
        "tests/tools/test_slides.py",
    ),
    *(f"chapters/{name}.ipynb" for name in NAMES),
    "chapters/measure/test_checks.py",
)
# What is asked of each lesson, and of all together.
ASKED = "count or measure or style or glossary or error_index or readme"


def test_all_checks_that_apply_take_both_lessons(added):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--numprocesses=0"]
    # These two are short on purpose.
    command += ["--deselect", "tests/book/test_minutes.py::test_a_lesson_takes_25_to_50_minutes"]
    command += ["-m", "not slow and not node and not browser and not heavy", "-k", ASKED]
    result = subprocess.run(
        [*command, *CHECKED],
        cwd=added,
        env={**os.environ, "PYTHONPATH": str(added)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    assert "notebooks: " in result.stdout  # they ran


def test_the_readme_and_the_run_in_colab_know_both_lessons(added):
    readme = (added / "README.md").read_text(encoding="utf-8")
    assert "| Count the records | [`chapters/count.ipynb`](chapters/count.ipynb) |" in readme
    assert "| Measure a file | [`chapters/measure.ipynb`](chapters/measure.ipynb) |" in readme
    code = "from tools.proof.colab import notebooks; print(*notebooks([]))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=added, capture_output=True, text=True, check=True
    )
    assert set(NAMES) < set(run.stdout.split())
