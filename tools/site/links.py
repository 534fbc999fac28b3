"""Where the messages of the inspector lead: the module ``site-links`` of its scripts.

``web/inspect/links.yml`` names a page and the anchor of a section in it; the section's title and
its address come from the chapters.
"""

import json
import re

from tools.chapters import ROOT, Book, Section, read_yaml
from tools.site.errors import BuildError

FILE = ROOT / "web" / "inspect" / "links.yml"


def read_links(book: Book) -> dict[str, dict[str, str]]:
    """Title and address of each section that a message leads to, by the message's key.

    Raises
    ------
    BuildError
        When a row names a page or a section that the book does not have.
    """
    rows = read_yaml(FILE)
    return {key: link(book, key, row["page"], row["section"]) for key, row in rows.items()}


def link(book: Book, key: str, page: str, anchor: str) -> dict[str, str]:
    """Title and address of a section."""
    section = sections(book, key, page).get(anchor)
    if section is None:
        raise complaint(key, f"{page}.md has no section #{anchor}")
    title = re.sub("[`*]", "", section.title)
    return {"title": title, "address": f"{page}.html#{anchor}"}


def sections(book: Book, key: str, page: str) -> dict[str, Section]:
    """Sections of a chapter by their anchors."""
    for chapter in book:
        if chapter.page == page:
            return {section.anchor: section for section in chapter.sections}
    raise complaint(key, f"the book has no chapter {page}")


def complaint(key: str, problem: str) -> BuildError:
    """Error that names the row."""
    name = FILE.relative_to(ROOT).as_posix()
    return BuildError(f"{name}: {key}: {problem}. Name the page and the anchor of the section.")


def links_module(book: Book) -> str:
    """Text of the JavaScript module."""
    return f"export const SECTIONS = {json.dumps(read_links(book), ensure_ascii=False)};\n"
