"""What converts: the measured rows of every layer and estimator, as parts of a page.

``make conversions`` writes the rows; `tools.proof.conversions` says what each key means. Causes
and ways out are written by hand in ``notes.yml``:

``differs``
    A list; each has ``title``, ``cause``, ``way`` (Markdown, in sentences), ``match`` (rows that
    it explains), and may have ``section`` (page#anchor), ``threads`` (addresses) and ``released``
    (what becomes of it upstream). A row that differs is explained by the first that matches it.
``ways``
    A list for rows with another verdict: ``verdict``, ``section``, and maybe ``text``, a pattern.
    The first that matches a row says where to go.

A pattern has to match all of a name, and a part of anything else.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from posixpath import dirname, relpath
from typing import Any

import yaml

from tools.chapters import Book, ChapterError, anchor
from tools.pages import conversion_rows as html
from tools.pages.blocks import HEADING, table
from tools.pages.error_index import spell, thread

PAGE = "chapters/reference/what-converts"
NOTES = f"{PAGE}/notes.yml"
LIBRARIES = ("scikit-learn", "keras", "boosters")
TITLES = {"scikit-learn": "scikit-learn", "keras": "Keras", "boosters": "Boosters"}

MATCHED = ("library", "name", "options", "rows", "what", "text", "form")


@dataclass(frozen=True)
class Note:
    """Cause of a difference, by hand, and the rows that it explains."""

    title: str
    cause: str
    way: str
    match: tuple[dict[str, str], ...]
    section: str = ""
    threads: tuple[str, ...] = ()
    released: str = ""

    @property
    def anchor(self) -> str:
        """Anchor of its heading on the page."""
        return anchor(self.title)


@dataclass(frozen=True)
class Table:
    """Rows of the libraries, and what is written by hand about them."""

    facts: dict[str, dict[str, Any]]  # of each library: date, versions
    rows: dict[str, list[dict[str, Any]]]
    notes: list[Note]
    ways: list[dict[str, str]]

    @property
    def every(self) -> list[dict[str, Any]]:
        """Rows of all libraries."""
        return [row for rows in self.rows.values() for row in rows]

    def note_of(self, row: dict[str, Any]) -> Note | None:
        """The note that explains a row which differs; the first that matches."""
        if row["verdict"] != "differs":
            return None
        return next((n for n in self.notes if any(matches(one, row) for one in n.match)), None)

    def rows_of(self, note: Note) -> list[dict[str, Any]]:
        """Rows that a note explains."""
        return [row for row in self.every if self.note_of(row) is note]

    def way_of(self, row: dict[str, Any]) -> str:
        """Section to go to from a row with another verdict, or nothing."""
        for way in self.ways:
            if way["verdict"] == row["verdict"] and re.search(way.get("text", ""), text_of(row)):
                return way["section"]
        return ""

    def faults(self) -> list[str]:
        """Rows that differ and that no note explains, and patterns that explain no row."""
        used, found = set(), []
        for row in self.every:
            if row["verdict"] == "differs":
                note = self.note_of(row)
                if note is None:
                    found.append(
                        f"{NOTES}: no note explains {html.label(row)}: find out why it differs, "
                        "and add a note, or a pattern to one"
                    )
                else:
                    used |= {(note.title, number) for number in matching(note, row)}
        for note in self.notes:
            for number, pattern in enumerate(note.match):
                if (note.title, number) not in used:
                    found.append(
                        f"{NOTES}: {pattern} of the note {note.title!r} explains no row that "
                        "differs (any more, or a note above explains it): take it out"
                    )
        for way in self.ways:
            if not any(
                way["verdict"] == row["verdict"] and re.search(way.get("text", ""), text_of(row))
                for row in self.every
            ):
                found.append(f"{NOTES}: the way {way} is the way of no row: take it out")
        return found


def matching(note: Note, row: dict[str, Any]) -> list[int]:
    """Numbers of the patterns of a note that match a row."""
    return [number for number, one in enumerate(note.match) if matches(one, row)]


def matches(pattern: dict[str, str], row: dict[str, Any]) -> bool:
    """Whether a row is as a pattern says; ``only`` lists the kinds of fragile rows that differ.

    Examples
    --------
    >>> row = {"name": "SVC", "rows": "numbers", "differ": 0, "kinds": {"far": [1, 9]}}
    >>> matches({"name": "(Nu)?SVC", "only": "far jump"}, row)
    True
    >>> matches({"name": "SV"}, row)
    False
    """
    for key, wanted in pattern.items():
        if key == "only":
            if row.get("differ") != 0 or not set(row["kinds"]) <= set(wanted.split()):
                return False
        elif key == "name":
            if not re.fullmatch(wanted, row["name"]):
                return False
        elif not re.search(wanted, text_of(row, key)):
            return False
    return True


def text_of(row: dict[str, Any], key: str = "text") -> str:
    """Value of a row as text."""
    value = row.get(key, "")
    return " ".join(value) if isinstance(value, list) else str(value)


def read_table(book: Book) -> Table:
    """Read rows and notes; libraries that nobody has measured yet are missing.

    Raises
    ------
    ChapterError
        When a note lacks a key, has an unknown one, or names a section that is not there.
    """
    facts, rows = {}, {}
    for library in LIBRARIES:
        path = book.root / PAGE / f"{library}.jsonl"
        if path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            facts[library], *rows[library] = [json.loads(line) for line in lines if line]
    path = book.root / NOTES
    data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    if not set(data) <= {"differs", "ways"}:
        raise ChapterError(f"{NOTES}:1: expected differs and ways, found {', '.join(data)}")
    notes = [read_note(each) for each in data.get("differs", [])]
    ways = data.get("ways", [])
    for way in ways:
        if not {"verdict", "section"} <= set(way) <= {"verdict", "section", "text"}:
            raise ChapterError(
                f"{NOTES}: expected verdict, section and maybe text in ways, found {way}"
            )
        if way["verdict"] not in html.VERDICTS:
            raise ChapterError(
                f"{NOTES}: {way}: there are the verdicts {', '.join(html.VERDICTS)}"
            )
    for section in [
        *(note.section for note in notes if note.section),
        *(w["section"] for w in ways),
    ]:
        title_of(book, section)
    return Table(facts, rows, notes, ways)


def read_note(data: dict[str, Any]) -> Note:
    """Note of a row of ``differs``."""
    required, optional = {"title", "cause", "way", "match"}, {"section", "threads", "released"}
    if not required <= set(data) <= required | optional:
        raise ChapterError(
            f"{NOTES}: the note {data.get('title', '?')!r} takes {sorted(required)}, and may have "
            f"{sorted(optional)}; it has {sorted(data)}"
        )
    for pattern in data["match"]:
        if not pattern or not set(pattern) <= {*MATCHED, "only"}:
            raise ChapterError(
                f"{NOTES}: a pattern of {data['title']!r} has {sorted(pattern)}; it may have "
                f"{', '.join(MATCHED)} and only"
            )
    given: dict[str, Any] = dict(data)
    given |= {key: tuple(data[key]) for key in ("match", "threads") if key in data}
    return Note(**given)


def title_of(book: Book, section: str) -> str:
    """Title of a section that is named by page and anchor.

    Raises
    ------
    ChapterError
        When the page or the section is not there.
    """
    page, _, name = section.partition("#")
    known = titles_of(book, page)
    if name not in known:
        there = ", ".join(known) if known else "no such page"
        raise ChapterError(f"{NOTES}: there is no section {section}: {there}")
    return known[name]


def titles_of(book: Book, page: str) -> dict[str, str]:
    """Titles of the sections of a page, by their anchors; none where there is no such page."""
    for chapter in book:
        if chapter.page == page:
            return {section.anchor: section.title for section in chapter.sections}
    path = book.root / f"{page}.md"
    titles = HEADING.findall(path.read_text(encoding="utf-8")) if path.exists() else []
    return {anchor(title): title for title in titles}


def address_of(section: str, ending: str) -> str:
    """Address of a section from the page, with the ending of the other page's file."""
    page, _, name = section.partition("#")
    return f"{relpath(page, dirname(PAGE))}{ending}#{name}"


def link_to(book: Book, section: str) -> str:
    """Markdown link to a section, by its title."""
    page = section.partition("#")[0]
    ending = ".ipynb" if any(chapter.page == page for chapter in book) else ".md"
    return f"[{title_of(book, section)}]({address_of(section, ending)})"


def values(book: Book) -> dict[str, str]:
    """Parts of the page, and numbers for others, by the names of their markers."""
    found = read_table(book)
    taken = {anchor(title) for title in HEADING.findall(read_page(book))}
    places = html.anchors(found.every, taken | {note.anchor for note in found.notes})
    parts = {
        "conversions box": html.raw(html.BOX),
        "conversions count": f"{len(found.every):,}",
        "conversions names": f"{len({(row['library'], row['name']) for row in found.every}):,}",
        "conversions counts": counts(found),
        "conversions versions": versions(found),
        "conversions differ": "\n\n".join(
            explained(book, found, note, places) for note in found.notes if found.rows_of(note)
        ),
        **{f"conversions table {library}": "" for library in LIBRARIES},
    }
    for library, rows in found.rows.items():
        parts[f"conversions table {library}"] = html.raw(
            html.glance(rows, places)
            + html.sections(rows, places, notes_of(found), lambda row: way_html(book, found, row))
        )
    return parts


def read_page(book: Book) -> str:
    """Text of the page, or nothing where a book has none."""
    path = book.root / f"{PAGE}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def notes_of(found: Table) -> dict[tuple[str, ...], tuple[str, str]]:
    """Anchor and title of the note of each row that has one, by the row's key."""
    pairs = {html.key(row): found.note_of(row) for row in found.every}
    return {key: (note.anchor, note.title) for key, note in pairs.items() if note}


def way_html(book: Book, found: Table, row: dict[str, Any]) -> str:
    """Link to the way out of a row, as HTML; nothing where there is none."""
    section = found.way_of(row)
    return html.link(address_of(section, ".html"), title_of(book, section)) if section else ""


def counts(found: Table) -> str:
    """Table of how many rows of each library have each verdict."""
    by_library = {
        TITLES[library]: Counter(row["verdict"] for row in rows)
        for library, rows in found.rows.items()
    }
    rows = [
        (f"**{name}**", *(f"{numbers[verdict]:,}" for numbers in by_library.values()))
        for verdict, name in html.VERDICTS.items()
        if any(numbers[verdict] for numbers in by_library.values())
    ]
    return table(("rows", *by_library), rows) if rows else ""


def versions(found: Table) -> str:
    """Table of the versions that were measured, and of the days."""
    rows = []
    for library, facts in found.facts.items():
        for column in ("locked", "newest"):
            if column in facts:
                names = ", ".join(f"{name} {number}" for name, number in facts[column].items())
                rows.append((TITLES[library], column, names))
    days = sorted({date.fromisoformat(facts["date"]) for facts in found.facts.values()})
    measured = f"Measured on {' and '.join(spell(day) for day in days)}." if days else ""
    return f"{measured}\n\n{table(('library', 'versions', 'packages'), rows)}" if rows else ""


def explained(book: Book, found: Table, note: Note, places: html.PLACES) -> str:
    """Section of a note: cause, way out, threads, and the rows that it explains."""
    rows = found.rows_of(note)
    more = [f"More: {link_to(book, note.section)}."] if note.section else []
    threads = [link for address in note.threads for link in thread({"thread": address})]
    more += [f"Upstream: {', '.join(threads)}."] if threads else []
    more += [note.released] if note.released else []
    text = f"### {note.title}\n\n{note.cause.strip()} **Fix.** {note.way.strip()}"
    return f"{text} {' '.join(more)}\n\n{html.raw(html.affected(rows, places))}"
