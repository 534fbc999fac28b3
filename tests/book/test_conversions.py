"""The conversion table: each difference has a cause by hand, and each cause a row."""

import re

import pytest

from tools.chapters import ROOT, read_book
from tools.pages import conversions
from tools.pages.blocks import MARKER
from tools.pages.conversion_notes import read_table
from tools.pages.conversion_rows import VERDICTS, key
from tools.pages.conversion_words import DIFFER, FORMS, GIVEN, KINDS, NAMES

BOOK = read_book()
TABLE = read_table(BOOK)
CHANGES = [change for branch in TABLE.fixed for change in branch.changes]
SENTENCES = [
    *(text for note in TABLE.notes for text in (note.cause, note.way, note.released) if text),
    *(change.change for change in CHANGES),
]


def test_each_row_that_differs_has_a_note_and_each_note_a_row():
    faults = TABLE.faults()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.change[:40])
def test_what_is_fixed_upstream_names_rows(change):
    assert TABLE.rows_changed(change)


def test_a_row_stands_in_the_table_once():
    keys = [key(row) for row in TABLE.every]
    assert len(keys) == len(set(keys))
    assert {row["verdict"] for row in TABLE.every} <= set(VERDICTS)


def test_a_title_is_the_title_of_one_note():
    titles = [note.anchor for note in TABLE.notes]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("text", SENTENCES, ids=[text[:40] for text in SENTENCES])
def test_causes_and_ways_out_are_sentences(text):
    assert text[0].isupper() or text.startswith(("`", "scikit-learn", "tf2onnx"))
    assert text.strip().endswith(".")
    assert len(text) < 420


@pytest.mark.parametrize("note", [*TABLE.notes, *CHANGES], ids=lambda note: str(note)[:40])
def test_a_thread_is_an_issue_or_a_pull_request(note):
    for address in note.threads:
        assert re.fullmatch(r"https://github\.com/[\w-]+/[\w.-]+/(issues|pull)/\d+", address)


def test_every_derived_piece_of_the_table_is_on_a_page():
    pages = [ROOT / f"{page}.md" for page in ["index", *BOOK.pages]]
    named = {name for page in pages for name in MARKER.findall(page.read_text(encoding="utf-8"))}
    assert set(conversions.values(BOOK)) <= named


def words_of(row):
    """Words of a row that a reader reads, with the set that each should be in."""
    kinds = [*row.get("tried", ()), *row.get("kinds", ()), *row.get("edges", ())]
    yield row["rows"].partition(", target_opset=")[0], GIVEN | NAMES
    yield from ((kind, KINDS | NAMES) for kind in [*kinds, *row.get("fails", ())])
    yield from ((form, FORMS) for form in row.get("form", ()))
    if "what" in row:
        yield row["what"], DIFFER


def test_every_word_of_the_rows_is_marked_to_be_translated():
    unknown = {text for row in TABLE.every for text, known in words_of(row) if text not in known}
    assert not unknown, f"Add to tools/pages/conversion_words.py, by its kind: {sorted(unknown)}"


def test_no_word_is_marked_that_no_row_has():
    used = {text for row in TABLE.every for text, _known in words_of(row)}
    assert used >= GIVEN | KINDS | DIFFER | FORMS
