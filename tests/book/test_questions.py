"""What people asked: each has a section, and what proves the answer is there."""

import re
from functools import cache

import pytest

from tools.chapters import ROOT, read_book
from tools.notebook import read_notebook
from tools.pages.blocks import MARKER
from tools.pages.questions import FILE, proof_of, read_questions

BOOK = read_book()
THEMES = read_questions(BOOK)
ROWS = [row for rows in THEMES.values() for row in rows]
HOSTS = (
    "github.com",
    "stackoverflow.com",
    "discuss.ai.google.dev",
    "datascience.stackexchange.com",
)


@cache
def cells_of(section):
    """Code and output of the cells of a section, with those of its subsections."""
    page, _, wanted = section.partition("#")
    [chapter] = [chapter for chapter in BOOK if chapter.page == page]
    headings, found, level = iter(chapter.sections), [], 0
    for cell in read_notebook(chapter.notebook).cells:
        if cell.cell_type == "code":
            outputs = [
                out.get("text", "") + out.get("data", {}).get("text/plain", "")
                for out in cell.outputs
            ]
            found += [cell.source, *outputs] if level else []
            continue
        prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL)
        for _ in re.findall(r"^#{1,6} .+$", prose, re.MULTILINE):
            heading = next(headings)
            if heading.anchor == wanted:
                level = heading.level
            elif heading.level <= level:
                level = 0
    return "\n".join(found)


def test_there_are_enough_and_most_of_them_are_run():
    assert len(ROWS) >= 120
    assert sum(proof_of(row) != "thread" for row in ROWS) >= 90


def test_each_is_a_short_question_asked_once():
    questions = [row["question"] for row in ROWS]
    assert len(questions) == len(set(questions))
    for question in questions:
        assert question.endswith("?"), question
        assert len(question.split()) <= 22, question


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "cell" in row], ids=lambda row: row["question"]
)
def test_a_cell_of_the_section_proves_the_answer(row):
    assert row["cell"] in cells_of(row["section"])


def test_what_a_script_proves_names_one_that_is_there():
    for row in ROWS:
        if "script" in row:
            assert (ROOT / "tools" / "proof" / row["script"]).is_file(), row["question"]


def test_each_thread_is_public_and_leads_to_a_section_once():
    asked = [(row["thread"], row["section"]) for row in ROWS]
    assert len(asked) == len(set(asked))
    assert all(re.match(r"https://([\w.]+)/", thread)[1] in HOSTS for thread, _ in asked)


def test_the_page_has_a_place_for_each_theme():
    page = (ROOT / FILE).with_suffix(".md").read_text(encoding="utf-8")
    shown = [name for name in MARKER.findall(page) if name.startswith("asked ")]
    assert [name for name in shown if name not in ("asked in all", "asked and run")] == [
        f"asked {theme}" for theme in THEMES
    ]
