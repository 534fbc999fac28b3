"""A small book for the tests of tools."""

import textwrap

import pytest

from tests.books import write_book
from tools.notebook import derive, write


@pytest.fixture
def book_of(tmp_path):
    """Write a book of one chapter, ``chapters/count``, as if it had been run; get the chapter."""

    def book_of(text, name="count"):
        book = write_book(tmp_path / "book", {name: textwrap.dedent(text)})
        (book.root / "_config.yml").write_text("sphinx:\n  config:\n    language: vi\n")
        [chapter] = book
        notebook = derive(chapter)
        notebook.metadata["executed"] = {"date": "2026-01-01"}
        write(notebook, chapter.notebook)
        return chapter

    return book_of
