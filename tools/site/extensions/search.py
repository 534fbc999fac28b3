"""Sphinx extension: write what the search page looks through, one entry a section.

Sphinx's own search splits texts at punctuation, stems them and lists pages. A reader who
pastes an error message wants the section that explains it, so the finished pages are split
into their sections, code and outputs included. Each error text of the error index, and each
question that people ask, goes to the section that it names. `web/search/search.js` is the other
half.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from tools.pages.questions import PAGE as QUESTIONS

KNOWN = "known.json"  # `tools.site.stage` writes it
TARGET = "live/sections.json"

HEADING = re.compile("^h[1-6]$")
NOT_TEXT = [
    "script, style",
    "a.headerlink, summary, .sd-hide-link-text",  # signs, folds and links that the theme adds
    ".draw, .inspect",  # the controls of the live parts
    ".quiz-why, .quiz-all",  # the answers
    ".convert details, .convert dd ul",  # operators and counts of the conversion table
    ".sk-top-container",  # scikit-learn's diagrams: the help texts in them are folded away
]
LINES = {"p", "pre", "li", "dt", "dd", "tr", "div", "blockquote", "figcaption"}
CELLS = {"td", "th"}
# Three of four elements of a page color its code, and take most of the time to read it.
TOKEN = re.compile(r'<span(?: class="[a-z0-9]{1,3}")?>([^<]*)</span>')
# Sphinx makes typographic quotes in prose; a reader types straight ones.
STRAIGHT = str.maketrans(
    {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u2026": "..."}
)


def sections_of(body: str, address: str) -> list[dict]:
    """Split the text of a page into its sections.

    Parameters
    ----------
    body : str
        What the page shows between the parts of the theme, as HTML.
    address : str
        Address of the page, relative to the site's root.

    Returns
    -------
    list of dict
        In the order of the page: ``page`` and ``title`` as they are shown, ``url`` with the
        anchor, and ``text`` without the text of subsections, one line for each paragraph,
        table row or line of code.
    """
    article = BeautifulSoup(TOKEN.sub(r"\1", body), "html.parser")
    for unseen in article.select(", ".join(NOT_TEXT)):
        unseen.decompose()
    sections = article.find_all("section", id=True)
    for section in reversed(sections):  # inner ones first, so that an outer one keeps its own
        section.extract()
    found = [entry(section, address) for section in sections]
    return [{"page": found[0]["title"], **section} for section in found]


def entry(section: Tag, address: str) -> dict:
    """Title, address and text of a section whose subsections are taken out."""
    headings = [heading.extract() for heading in section.find_all(HEADING)]
    return {
        "title": " ".join(headings[0].get_text().split()),
        "url": f"{address}#{section['id']}",
        "text": text_of(section),
    }


def text_of(element: Tag) -> str:
    """Text as a reader sees it: no indentation, no empty lines, straight quotes."""
    text = "".join(pieces_of(element))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line).translate(STRAIGHT)


def pieces_of(element: Tag, *, in_code: bool = False, in_cell: bool = False) -> Iterator[str]:
    """Pieces of an element's text, with a line break around what starts a line of its own."""
    for child in element.children:
        if isinstance(child, Comment):  # a note for the teacher
            continue
        if not isinstance(child, Tag):
            yield str(child) if in_code else re.sub(r"\s+", " ", str(child))
            continue
        around = "\n" if child.name in LINES and not in_cell else ""
        yield around
        yield from pieces_of(
            child,
            in_code=in_code or child.name == "pre",
            in_cell=in_cell or child.name in CELLS,
        )
        yield " " if child.name == "br" or child.name in CELLS else around


def add_known(sections: list[dict], known: dict[str, list[dict]]) -> None:
    """Give each section the error texts and the questions that it answers.

    Parameters
    ----------
    sections : list of dict
        As `sections_of` returns them, of all pages.
    known : dict
        ``errors``, each with ``text``, ``cause`` and the ``address`` of a section, which gets
        them without it; and ``questions``, each with ``question`` and ``address``.

    Raises
    ------
    sphinx.errors.ExtensionError
        When one names a section that no page has.
    """
    by_address = {section["url"]: section for section in sections}
    for kind, rows in known.items():
        for row in rows:
            about = {key: text for key, text in row.items() if key != "address"}
            section = by_address.get(row["address"])
            if section is None:
                raise ExtensionError(
                    f"search: {', '.join(map(repr, about.values()))}, one of the {kind}, leads to "
                    f"{row['address']}, and no page has that section: correct it in the data"
                )
            section.setdefault(kind, []).append(about)


def kept_in(app: Sphinx, pagename: str) -> Path:
    """File that keeps the sections of a page until all pages are made."""
    return Path(app.doctreedir) / "sections" / f"{pagename}.json"


def keep_sections(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Take the sections of a page; pages are made side by side, in processes of their own."""
    if doctree is None or app.builder.name != "html":
        return
    found = sections_of(context["body"], app.builder.get_target_uri(pagename))
    path = kept_in(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")


def write_sections(app: Sphinx, exception: Exception | None) -> None:
    """Gather the sections of all pages in the order of the book, and write the file.

    The page of questions is left out: they lead to their sections themselves.
    """
    if exception or app.builder.name != "html":
        return
    sections = []
    for page in app.env.collect_relations():
        if page == QUESTIONS:
            continue
        sections += json.loads(kept_in(app, page).read_text(encoding="utf-8"))
    add_known(sections, json.loads((Path(app.srcdir) / KNOWN).read_text(encoding="utf-8")))
    target = Path(app.outdir) / TARGET
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(sections, ensure_ascii=False), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Run when the other extensions have added to a page, and after the last page."""
    app.connect("html-page-context", keep_sections, priority=950)
    app.connect("build-finished", write_sections)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
