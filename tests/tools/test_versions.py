"""The page of tested versions says what was found, and knows every chapter."""

import re

import notebooks
import versions
from cold import Run


def test_the_page_has_a_finding_for_each_chapter_and_each_set_of_versions():
    page = versions.PAGE.read_text(encoding="utf-8")
    for source in notebooks.chapter_sources([]):
        [row] = [line for line in page.splitlines() if f"(../{source.stem}.ipynb)" in line]
        findings = [cell.strip() for cell in row.strip("|").split("|")[1:]]
        assert len(findings) == len(versions.COLUMNS)
        assert set(findings) <= {"runs", "fails"}


def test_the_page_has_a_date():
    page = versions.PAGE.read_text(encoding="utf-8")
    assert re.search(r"made on 20\d\d-\d\d-\d\d by `make versions`", page)


def test_every_script_for_old_versions_is_on_the_page():
    page = versions.PAGE.read_text(encoding="utf-8")
    for script in versions.OLD.glob("*.py"):
        metadata = versions.script_metadata(script.read_text(encoding="utf-8"))
        assert ", ".join(f"`{item}`" for item in metadata["dependencies"]) in page, script.name


def test_the_error_of_a_run_is_its_type_and_message_and_not_what_follows():
    error = "Traceback\nTypeError: inner\n\nValueError: Unable to create\n 'post_transform': 1}."
    assert versions.error_line(Run("a", error=error)) == "ValueError: Unable to create"
    assert versions.error_line(Run("a", changed=["numpy 1 -> 2"])) == "numpy 1 -> 2"


def test_failures_are_listed_and_passes_are_not():
    runs = {name: [Run("good"), Run("bad", error="ValueError: no")] for name in versions.COLUMNS}
    lines = list(versions.error_lines(runs))
    assert lines[0] == "- `bad` on **lowest**: `ValueError: no`"
    assert len(lines) == len(versions.COLUMNS)
