"""Sections of the book by page and anchor, as data about it names them."""

from dataclasses import dataclass
from functools import cache
from posixpath import dirname, relpath

from tools.chapters import Book, ChapterError, anchors
from tools.pages.blocks import HEADING


@dataclass(frozen=True)
class Place:
    """A section: its title, the file of its page, and its address on the site."""

    title: str
    file: str
    address: str

    def link_from(self, page: str) -> str:
        """Markdown link from a page, by the title."""
        return f"[{self.title}]({relpath(self.file, dirname(page))})"


@cache
def places(book: Book) -> dict[str, Place]:
    """Every section of the book, by its page and its anchor: ``chapters/NAME#ANCHOR``."""
    found = {}
    chapters = {chapter.page: chapter for chapter in book}
    for page in book.pages:
        if page in chapters:
            titles = {each.anchor: each.title for each in chapters[page].sections}
        else:
            written, read = (HEADING.findall(text(page)) for text in (book.written, book.text))
            titles = dict(zip(anchors(written), read, strict=True))
        suffix = "ipynb" if page in chapters else "md"
        for name, title in titles.items():
            found[f"{page}#{name}"] = Place(
                title, f"{page}.{suffix}#{name}", f"{page}.html#{name}"
            )
    return found


def place_of(book: Book, section: str, where: str) -> Place:
    """Section that is named by page and anchor, as is done in ``where``.

    Raises
    ------
    ChapterError
        When the page or the section is not there.
    """
    known = places(book)
    if section not in known:
        page = section.partition("#")[0]
        there = [name for name in known if name.startswith(f"{page}#")]
        raise ChapterError(
            f"{where}: there is no section {section}: {', '.join(there) or 'no such page'}"
        )
    return known[section]
