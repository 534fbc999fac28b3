"""The findings on other versions are complete, and say what was found."""

import datetime

import pytest
import yaml

from tools.chapters import read_book
from tools.proof import versions
from tools.proof.cold import ColdRun
from tools.run import Run


@pytest.fixture(scope="module")
def findings():
    """What the last run of `make versions` found."""
    return yaml.safe_load(versions.FINDINGS.read_text(encoding="utf-8"))


def test_the_findings_have_a_date_and_a_machine(findings):
    datetime.date.fromisoformat(str(findings["date"]))
    assert findings["machine"]


def test_each_package_and_each_chapter_has_a_finding_in_each_column(findings):
    assert findings["columns"] == list(versions.COLUMNS)
    found = [*findings["packages"].values(), *findings["chapters"].values()]
    assert {len(row) for row in found} == {len(versions.COLUMNS)}
    known = {chapter.name for chapter in read_book()}
    assert set(findings["chapters"]) <= known, "run: make versions"


def test_every_script_for_old_versions_was_run(findings):
    scripts = [
        versions.script_metadata(script.read_text(encoding="utf-8"))["dependencies"]
        for script in sorted(versions.OLD.glob("*.py"))
    ]
    assert [old["versions"] for old in findings["old"]] == scripts


def test_every_failure_is_one_of_the_table(findings):
    failed = {
        (name, column)
        for name, results in findings["chapters"].items()
        for column, passed in zip(findings["columns"], results, strict=True)
        if not passed
    }
    assert {(each["chapter"], each["column"]) for each in findings["failures"]} == failed


def test_the_error_of_a_run_is_its_type_and_message_and_not_what_follows():
    error = "Traceback\nTypeError: inner\n\nValueError: Unable to create\n 'post_transform': 1}."
    assert versions.error_line(ColdRun(Run("a", error=error))) == "ValueError: Unable to create"
    assert versions.error_line(ColdRun(Run("a"), changed=["numpy 1 -> 2"])) == "numpy 1 -> 2"


def test_failures_are_listed_and_passes_are_not():
    good, bad = ColdRun(Run("good")), ColdRun(Run("bad", error="ValueError: no"))
    runs = {name: [good, bad] for name in versions.COLUMNS}
    found = versions.failures(runs)
    assert found[0] == {"chapter": "bad", "column": "lowest", "error": "ValueError: no"}
    assert len(found) == len(versions.COLUMNS)
    assert versions.chapter_table(runs) == {"good": [True] * 4, "bad": [False] * 4}


def test_a_package_that_goes_by_two_names_has_one_row():
    installed = {column: {"Python": "3.13.0", "keras": "3"} for column in versions.COLUMNS}
    installed["lowest"]["tensorflow-cpu"] = "2.20.0"
    table = versions.package_table(installed)
    assert table["tensorflow"] == ["2.20.0", "none", "none", "none"]
    assert table["Python"] == ["3.13.0"] * 4


def test_a_difference_to_the_last_findings_is_told():
    old = {"versions": ["keras==2"], "said": "no", "reproduced": True}
    before = {"chapters": {"a": [True, True, True, False]}, "old": [old]}
    now = {"chapters": {"a": [True] * 4}, "old": [{**old, "reproduced": False}]}
    chapter, error = versions.differences(before, now)
    assert "newest fails before" in chapter
    assert "newest runs now" in chapter
    assert error == "keras==2: the error is no longer reproduced"
    assert versions.differences(now, now) == []


def test_findings_are_read_as_they_were_written():
    found = {
        "date": "2026-11-25",
        "packages": {"numpy": ["2.10", "2.4"]},
        "old": [{"said": "a: 'b'"}],
    }
    text = versions.as_text(found)
    assert yaml.safe_load(text) == found
    assert text.splitlines()[0].startswith("# What `make versions` found")
