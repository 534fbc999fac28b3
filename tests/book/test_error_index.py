"""Each text of the error index occurs in the output of the notebook that it links to."""

import ast
import re

import pytest
import yaml

from tools.chapters import ROOT, read_book
from tools.notebook import code_cells, read_notebook
from tools.pages.error_index import PHASES

CHAPTERS = [chapter for chapter in read_book() if chapter.read_data("errors.yml")]
OLD_VERSIONS = ROOT / "tools" / "proof" / "old_versions"
ELSEWHERE = yaml.safe_load((ROOT / "chapters/appendix/other-versions.yml").read_text("utf-8"))


def rows_of(chapter, kind):
    """Rows of a chapter: ``errors`` or ``symptoms``."""
    return chapter.read_data("errors.yml").get(kind, [])


def every_row():
    """Rows of all chapters and of other versions."""
    found = [row for chapter in CHAPTERS for kind in KEYS for row in rows_of(chapter, kind)]
    return found + ELSEWHERE["elsewhere"]


def name_of(row):
    return row.get("text") or row["symptom"]


def output_text(chapter):
    """Everything that the cells of a stored notebook print or show as text."""
    cells = code_cells(read_notebook(chapter.notebook))
    outputs = [output for cell in cells for output in cell.outputs]
    return "\n".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs
    )


KEYS = {
    "errors": {"text", "package", "cause", "section"},
    "symptoms": {"symptom", "shown", "cause", "section"},
}
BY_NAME = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@BY_NAME
def test_each_text_occurs_in_an_output_of_its_chapter(chapter):
    shown = output_text(chapter)
    wanted = [row["text"] for row in rows_of(chapter, "errors")]
    wanted += [row["shown"] for row in rows_of(chapter, "symptoms")]
    assert [text for text in wanted if text not in shown] == []


@BY_NAME
def test_each_row_has_all_it_needs_and_leads_to_a_section(chapter):
    sections = {section.anchor for section in chapter.sections}
    assert set(chapter.read_data("errors.yml")) <= set(KEYS)
    for kind, keys in KEYS.items():
        for row in rows_of(chapter, kind):
            assert set(row) - {"thread", "phase"} == keys, name_of(row)
            assert row.get("phase", PHASES[0]) in PHASES, name_of(row)
            assert row["section"] in sections, name_of(row)


def test_each_thread_stands_once_and_is_an_issue_or_a_pull_request():
    threads = [row["thread"] for row in every_row() if "thread" in row]
    assert len(threads) == len(set(threads))
    for thread in threads:
        assert re.fullmatch(r"https://github\.com/[\w-]+/[\w-]+/(issues|pull)/\d+", thread)


def test_each_text_stands_once_and_its_cause_is_a_short_sentence():
    names = [name_of(row) for row in every_row()]
    assert len(names) == len(set(names))
    for row in every_row():
        assert row["cause"].endswith((".", ".`", "`"))
        assert len(row["cause"]) <= 90, row["cause"]


def test_texts_of_other_versions_are_those_that_the_scripts_look_for():
    for row in ELSEWHERE["elsewhere"]:
        assert set(row) - {"thread", "script"} == {"text", "package", "cause", "versions"}
        assert {"thread", "script"} & set(row)
    named = {row["script"]: row["text"] for row in ELSEWHERE["elsewhere"] if "script" in row}
    assert set(named) == {path.stem for path in OLD_VERSIONS.glob("*.py")}
    for script, text in named.items():
        source = (OLD_VERSIONS / f"{script}.py").read_text(encoding="utf-8")
        [wanted] = re.findall(r"^WANTED = (.+)$", source, flags=re.MULTILINE)
        assert text == ast.literal_eval(wanted)


def test_texts_of_other_versions_do_not_occur_in_the_book():
    shown = [output_text(chapter) for chapter in CHAPTERS]
    for row in ELSEWHERE["elsewhere"]:
        assert all(row["text"] not in text for text in shown)
