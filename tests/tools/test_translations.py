"""Pieces of a page and their translations: kept, stale, missing."""

import pytest

from tools import translations
from tools.chapters import read_book
from tools.pieces import has_words, key_of, pieces, translate
from tools.translations import Entry, compare


@pytest.mark.parametrize("chapter", list(read_book()), ids=lambda each: each.name)
def test_pieces_are_the_page_again(chapter):
    for cell in chapter.cells:
        assert "\n".join(piece.text for piece in pieces(cell.source)) == cell.source


def test_rows_and_items_are_pieces_and_code_is_none():
    page = (
        "| a | b |\n| --- | --- |\n| one | two |\n\n- x\n  y\n- z\n\n```\ncode\n\ncode\n```\nEnd"
    )
    assert [each.text for each in pieces(page) if each.prose] == [
        *("| a | b |", "| one | two |", "- x\n  y", "- z", "End"),
    ]


def test_a_quote_is_one_piece():
    quote = "> **Note.** One.\n>\n> Two."
    assert [each.text for each in pieces(f"{quote}\n\nThree.") if each.prose] == [quote, "Three."]


@pytest.mark.parametrize(
    "text", ["`run`", "<!-- here: minutes -->", "</details>", "| 1 | `a` |", "$x^2$", ":::", "---"]
)
def test_what_has_no_words_is_not_translated(text):
    assert not has_words(text)


def test_a_page_is_translated_around_its_code():
    page = "Run it.\n\n```\nRun it.\n```"
    assert translate(page, {"Run it.": "Hãy chạy."}.get) == "Hãy chạy.\n\n```\nRun it.\n```"


def test_what_is_written_is_read_again():
    entries = [Entry("One.", "done", "Một.\nHai."), Entry("Two."), Entry("3 a.", "stale", "Ba.")]
    stored = translations.read(translations.write(entries))
    assert stored == {
        key_of("One."): ("done", "Một.\nHai."),
        key_of("Two."): ("missing", ""),
        key_of("3 a."): ("stale", "Ba."),
    }
    assert compare(["One.", "Two.", "3 a."], stored) == entries


def test_a_changed_piece_makes_its_translation_stale():
    stored = {key_of(text): ("done", text.upper()) for text in ("one", "two", "three")}
    found = compare(["one", "two or so", "three"], stored)
    assert [(each.state, each.text) for each in found] == [
        *(("done", "ONE"), ("stale", "TWO"), ("done", "THREE")),
    ]


def test_a_moved_piece_keeps_its_translation():
    stored = {key_of(text): ("done", text.upper()) for text in ("one", "two", "three")}
    assert [each.text for each in compare(["three", "one", "two"], stored)] == [
        *("THREE", "ONE", "TWO")
    ]


def test_a_new_piece_is_missing_and_one_that_is_gone_is_dropped():
    stored = {key_of(text): ("done", text.upper()) for text in ("one", "two")}
    found = compare(["one", "new", "newer"], stored)
    assert [each.state for each in found] == ["done", "stale", "missing"]
    assert compare(["one"], stored) == [Entry("one", "done", "ONE")]
