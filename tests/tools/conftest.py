"""A small book for the tests of tools."""

import shutil
import textwrap

import pytest

from tools.chapters import Book
from tools.notebook import derive, write


@pytest.fixture
def book_of(tmp_path, pytestconfig):
    """Write a book of one chapter, ``chapters/count``, as if it had been run; get the chapter."""

    def book_of(text, name="count"):
        root = tmp_path / "book"
        source = root / "chapters" / f"{name}.md"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(textwrap.dedent(text), encoding="utf-8")
        (root / "_toc.yml").write_text(f"root: index\nchapters:\n  - file: chapters/{name}\n")
        (root / "_config.yml").write_text("sphinx:\n  config:\n    language: vi\n")
        shutil.copyfile(pytestconfig.rootpath / "pyproject.toml", root / "pyproject.toml")
        [chapter] = Book(root)
        notebook = derive(chapter)
        notebook.metadata["executed"] = {"date": "2026-01-01"}
        write(notebook, chapter.notebook)
        return chapter

    return book_of
