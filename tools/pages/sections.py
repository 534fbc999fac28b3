"""Sections of the book by page and anchor, as data about it names them."""

from tools.chapters import Book, ChapterError, anchor
from tools.pages.blocks import HEADING


def title_of(book: Book, section: str, where: str) -> str:
    """Title of a section that is named by page and anchor, as is done in ``where``.

    Raises
    ------
    ChapterError
        When the page or the section is not there.
    """
    page, _, name = section.partition("#")
    known = titles_of(book, page)
    if name not in known:
        there = ", ".join(known) if known else "no such page"
        raise ChapterError(f"{where}: there is no section {section}: {there}")
    return known[name]


def titles_of(book: Book, page: str) -> dict[str, str]:
    """Titles of the sections of a page, by their anchors; none where there is no such page."""
    for chapter in book:
        if chapter.page == page:
            return {section.anchor: section.title for section in chapter.sections}
    path = book.root / f"{page}.md"
    titles = HEADING.findall(path.read_text(encoding="utf-8")) if path.exists() else []
    return {anchor(title): title for title in titles}
