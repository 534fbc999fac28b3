"""A small book for the tests of tools."""

import textwrap

import pytest

from tests.books import write_book
from tools import translations
from tools.chapters import Book
from tools.notebook import derive, write
from tools.translations import Entry


@pytest.fixture
def book_of(tmp_path):
    """Write a book of one chapter, ``chapters/count``, as if it had been run; get the chapter."""

    def book_of(text, name="count"):
        book = write_book(tmp_path / "book", {name: textwrap.dedent(text)})
        [chapter] = book
        notebook = derive(chapter)
        notebook.metadata["executed"] = {"date": "2026-01-01"}
        write(notebook, chapter.notebook)
        return chapter

    return book_of


@pytest.fixture
def in_vietnamese():
    """Write translations of the pieces of a chapter; get the chapter in Vietnamese."""

    def in_vietnamese(chapter, words):
        entries = [Entry(english, "done", text) for english, text in words.items()]
        path = chapter.root / "vi" / f"{chapter.page}.md"
        path.parent.mkdir(parents=True)
        path.write_text(translations.write(entries), encoding="utf-8")
        [found] = Book(chapter.root, "vi")
        return found

    return in_vietnamese
