"""Whether the search leads from the words of a thread's title to the section that answers it."""

import json

import pytest

from tests.site.editions import with_translations
from tools.chapters import read_book
from tools.pages.questions import read_questions
from tools.pages.sections import places
from tools.site.extensions.search import TARGET

FIRST = 3  # hits that a reader sees at once
BOOK = read_book()
ROWS = [row for rows in read_questions(BOOK).values() for row in rows]


@pytest.fixture(scope="module")
def found(node, site):
    """Addresses that the search lists, by texts."""
    sections = json.loads((site / TARGET).read_text(encoding="utf-8"))
    queries = [row[key] for row in ROWS for key in ("question", "title")]
    answers = node("find_sections.mjs", {"sections": sections, "queries": queries})
    return dict(zip(queries, answers, strict=True))


@with_translations
@pytest.mark.parametrize(("key", "share"), [("question", 0.98), ("title", 0.9)])
def test_a_question_and_the_title_of_its_thread_lead_to_the_section(found, key, share):
    wanted = [places(BOOK)[row["section"]].address for row in ROWS]
    missed = [
        f"{row[key]} -> {row['section']}"
        for row, address in zip(ROWS, wanted, strict=True)
        if address not in found[row[key]][:FIRST]
    ]
    assert len(missed) <= (1 - share) * len(ROWS), "\n".join(missed)
