"""Sphinx extension: write what the search page looks through, one entry a section.

Sphinx's own search splits texts at punctuation, stems them and lists pages. A reader who
pastes an error message wants the section that explains it, so the finished pages are split
into their sections, code and outputs included, and each error text of the error index goes
to the section that it names. `web/src/search.js` is the other half.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import error_index
from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from sphinx.errors import ExtensionError

ERRORS = "chapters/appendix/errors.yml"
OTHER_VERSIONS = "chapters/appendix/error-index.html#errors-of-other-versions"
TARGET = "live/sections.json"

HEADING = re.compile("^h[1-6]$")
NOT_TEXT = [
    "script, style",
    "a.headerlink, summary, .sd-hide-link-text",  # signs, folds and links that the theme adds
    ".draw, .inspect",  # the controls of the live parts
    ".quiz-why, .quiz-all",  # the answers
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


def sections_of(html: str, address: str) -> list[dict]:
    """Split a finished page into its sections.

    Parameters
    ----------
    html : str
        The page.
    address : str
        Address of the page, relative to the site's root.

    Returns
    -------
    list of dict
        In the order of the page: ``page`` and ``title`` as they are shown, ``url`` with the
        anchor, and ``text`` without the text of subsections, one line for each paragraph,
        table row or line of code.
    """
    page = BeautifulSoup(TOKEN.sub(r"\1", html), "html.parser")
    article = page.select_one("article.bd-article")
    if article is None:
        raise ExtensionError(
            f'section_search: expected <article class="bd-article"> in {address}, found none: '
            "has the theme changed?"
        )
    for unseen in article.select(", ".join(NOT_TEXT)):
        unseen.decompose()
    sections = article.find_all("section", id=True)
    for section in reversed(sections):  # inner ones first, so that an outer one keeps its own
        section.extract()
    found = [entry(section, address) for section in sections]
    return [{"page": found[0]["title"], **section} for section in found]


def entry(section: Tag, address: str) -> dict:
    """Title, address and text of a section whose subsections are taken out."""
    title = section.find(HEADING).extract()
    return {
        "title": " ".join(title.get_text().split()),
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
        if isinstance(child, NavigableString):
            yield child if in_code else re.sub(r"\s+", " ", child)
            continue
        around = "\n" if child.name in LINES and not in_cell else ""
        yield around
        yield from pieces_of(
            child,
            in_code=in_code or child.name == "pre",
            in_cell=in_cell or child.name in CELLS,
        )
        yield " " if child.name == "br" or child.name in CELLS else around


def add_errors(sections: list[dict], data: dict) -> None:
    """Give each section the texts that the error index explains by it, as ``errors``.

    Parameters
    ----------
    sections : list of dict
        As `sections_of` returns them, of all pages.
    data : dict
        Rows of the error index, as `error_index.read_data` returns them.

    Raises
    ------
    sphinx.errors.ExtensionError
        When a row names a section that no page has.
    """
    by_address = {section["url"]: section for section in sections}
    for row in [*data["errors"], *data["symptoms"], *data["elsewhere"]]:
        text = row.get("text") or row["symptom"]
        address = explained_at(row)
        if address not in by_address:
            raise ExtensionError(
                f"section_search: {ERRORS} sends {text!r} to {address}, and no page has that "
                "section. Correct chapter and heading."
            )
        known = {"text": text, "cause": row["cause"]}
        by_address[address].setdefault("errors", []).append(known)


def explained_at(row: dict) -> str:
    """Address of the section that explains a row of the error index."""
    if "chapter" not in row:
        return OTHER_VERSIONS
    return f"chapters/{row['chapter']}.html#{row['heading']}"


def write_sections(app, exception):
    """Read the finished pages in the order of the book, and write the file."""
    if exception or app.builder.name != "html":
        return
    outdir = Path(app.outdir)
    sections = []
    for page in app.env.collect_relations():
        address = app.builder.get_target_uri(page)
        sections += sections_of((outdir / address).read_text(encoding="utf-8"), address)
    add_errors(sections, error_index.read_data(Path(app.srcdir) / ERRORS))
    target = outdir / TARGET
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(sections, ensure_ascii=False), encoding="utf-8")


def setup(app):
    """Run after the pages and the folder of the scripts are written."""
    app.connect("build-finished", write_sections, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
