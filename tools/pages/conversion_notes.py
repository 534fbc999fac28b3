"""What is written by hand about the rows of the conversion table: causes, ways out, and fixes.

It stands in ``notes.yml`` beside the data:

``differs``
    A list; each has ``title``, ``cause``, ``way`` (Markdown, in sentences), ``match`` (rows that
    it explains), and may have ``section`` (page#anchor), ``threads`` (addresses) and ``released``
    (what becomes of it upstream). A row that differs is explained by the first that matches it.
``ways``
    A list for rows with another verdict: ``verdict``, ``section``, and maybe ``text``, a pattern.
    The first that matches a row says where to go.
``fixed``
    What is merged upstream and not released, by ``package``, with the newest release it is not
    in (``after``) and the ``day`` of the main branch that was measured. Each of its ``changes``
    has ``change`` (a sentence), ``becomes`` (the verdict on the rows with the main branch),
    ``match``, and may have ``threads``. The first that matches a row counts.

A pattern has to match all of a name, and a part of anything else; ``only`` lists the kinds of
fragile rows that may differ, with commas.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from tools.chapters import Book, ChapterError, anchor, read_yaml
from tools.pages.conversion_rows import VERDICTS, Row, key, label
from tools.pages.sections import place_of

PAGE = "chapters/reference/what-converts"
NOTES = f"{PAGE}/notes.yml"
LIBRARIES = ("scikit-learn", "keras", "boosters")
MATCHED = ("library", "name", "options", "rows", "verdict", "what", "text", "form")


@dataclass(frozen=True)
class Note:
    """Cause of a difference, by hand, and the rows that it explains."""

    anchor: str  # of its heading on the page, as in English
    title: str
    cause: str
    way: str
    match: tuple[dict[str, str], ...]
    section: str = ""
    threads: tuple[str, ...] = ()
    released: str = ""


@dataclass(frozen=True)
class Change:
    """What is merged upstream and not released, by hand, and what becomes of which rows."""

    change: str
    becomes: str
    match: tuple[dict[str, str], ...]
    threads: tuple[str, ...] = ()


Written = TypeVar("Written", Note, Change)


@dataclass(frozen=True)
class Branch:
    """Main branch of a package on a day, and what it has beyond the newest release."""

    package: str
    after: str
    day: date
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Table:
    """Rows of the libraries, and what is written by hand about them."""

    facts: dict[str, dict[str, Any]]  # of each library: date, versions
    rows: dict[str, list[Row]]
    notes: list[Note]
    ways: list[dict[str, str]]
    fixed: list[Branch]

    @property
    def every(self) -> list[Row]:
        """Rows of all libraries."""
        return [row for rows in self.rows.values() for row in rows]

    @cached_property
    def explained(self) -> dict[tuple[str, ...], Note | None]:
        """Notes by the rows that differ; of each, the first that matches."""
        differing = [row for row in self.every if row["verdict"] == "differs"]
        return {key(row): first_that_matches(row, self.notes) for row in differing}

    @cached_property
    def changed(self) -> dict[tuple[str, ...], Change | None]:
        """What an upgrade would change, by rows; of each, the first that matches."""
        changes = [change for branch in self.fixed for change in branch.changes]
        return {key(row): first_that_matches(row, changes) for row in self.every}

    def note_of(self, row: Row) -> Note | None:
        """The note that explains a row, if it differs and there is one."""
        return self.explained.get(key(row))

    def rows_of(self, note: Note) -> list[Row]:
        """Rows that a note explains."""
        return [row for row in self.every if self.note_of(row) is note]

    def way_of(self, row: Row) -> str:
        """Section to go to from a row with another verdict, or nothing."""
        for way in self.ways:
            if way["verdict"] == row["verdict"] and re.search(way.get("text", ""), text_of(row)):
                return way["section"]
        return ""

    def change_of(self, row: Row) -> Change | None:
        """What an upgrade would change about a row, if anything."""
        return self.changed.get(key(row))

    def rows_changed(self, change: Change) -> list[Row]:
        """Rows about which an upgrade would change something."""
        return [row for row in self.every if self.change_of(row) is change]

    def faults(self) -> list[str]:
        """Rows that differ and that no note explains, and what is written about no row."""
        return [*self.faults_of_notes(), *self.faults_of_ways(), *self.faults_of_fixes()]

    def faults_of_notes(self) -> list[str]:
        """Rows without a note, and patterns that explain no row."""
        used, found = set(), []
        for row in self.every:
            if row["verdict"] == "differs":
                note = self.note_of(row)
                if note is None:
                    found.append(
                        f"{NOTES}: no note explains {label(row)}: find out why it differs, "
                        "and add a note, or a pattern to one"
                    )
                else:
                    used |= {(note.title, number) for number in matching(note, row)}
        return found + [
            f"{NOTES}: {pattern} of the note {note.title!r} explains no row that "
            "differs (any more, or a note above explains it): take it out"
            for note in self.notes
            for number, pattern in enumerate(note.match)
            if (note.title, number) not in used
        ]

    def faults_of_ways(self) -> list[str]:
        """Ways that are the way of no row."""
        return [
            f"{NOTES}: the way {way} is the way of no row: take it out"
            for way in self.ways
            if not any(
                way["verdict"] == row["verdict"] and re.search(way.get("text", ""), text_of(row))
                for row in self.every
            )
        ]

    def faults_of_fixes(self) -> list[str]:
        """Changes that change no row, and those that are released by now."""
        found = []
        for branch in self.fixed:
            measured = {
                facts.get("newest", facts["locked"]).get(branch.package)
                for facts in self.facts.values()
            } - {None}
            if measured != {branch.after}:
                found.append(
                    f"{NOTES}: what is fixed comes after {branch.package} {branch.after}, and "
                    f"{', '.join(sorted(map(str, measured))) or 'none'} was measured: see what "
                    "is still not released"
                )
            for change in branch.changes:
                for pattern in change.match:
                    if not any(
                        matches(pattern, row) and row["verdict"] != change.becomes
                        for row in self.rows_changed(change)
                    ):
                        found.append(
                            f"{NOTES}: {pattern} of a change of {branch.package} names no row "
                            f"that becomes {change.becomes!r}: take it out"
                        )
        return found


def first_that_matches(row: Row, written: Iterable[Written]) -> Written | None:
    """The note or the change of which a pattern matches a row."""
    return next((each for each in written if any(matches(one, row) for one in each.match)), None)


def matching(note: Note, row: Row) -> list[int]:
    """Numbers of the patterns of a note that match a row."""
    return [number for number, one in enumerate(note.match) if matches(one, row)]


def matches(pattern: dict[str, str], row: Row) -> bool:
    """Whether a row is as a pattern says; ``only`` lists the kinds of fragile rows that differ.

    Examples
    --------
    >>> row = {"name": "SVC", "rows": "numbers", "differ": 0, "kinds": {"far": [1, 9]}}
    >>> matches({"name": "(Nu)?SVC", "only": "far, jump"}, row)
    True
    >>> matches({"name": "SV"}, row)
    False
    """
    for name, wanted in pattern.items():
        if name == "only":
            if row.get("differ") != 0 or not set(row["kinds"]) <= set(wanted.split(", ")):
                return False
        elif name == "name":
            if not re.fullmatch(wanted, row["name"]):
                return False
        elif not re.search(wanted, text_of(row, name)):
            return False
    return True


def text_of(row: Row, key: str = "text") -> str:
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
    written = read_yaml(path) if path.exists() else {}
    data = book.edition.data(PAGE, path.name, written)
    known = {"differs", "ways", "fixed"}
    if not set(data) <= known:
        raise ChapterError(
            f"{NOTES}:1: expected {', '.join(sorted(known))}, found {', '.join(data)}"
        )
    pairs = zip(data.get("differs", []), written.get("differs", []), strict=True)
    notes = [read_note(each, english) for each, english in pairs]
    ways = [read_way(each) for each in data.get("ways", [])]
    fixed = [read_branch(each) for each in data.get("fixed", [])]
    for section in [note.section for note in notes if note.section] + [w["section"] for w in ways]:
        place_of(book, section, NOTES)
    return Table(facts, rows, notes, ways, fixed)


def read_note(data: dict[str, Any], written: dict[str, Any]) -> Note:
    """Note of a row of ``differs``, and the same in English, whose title makes the anchor."""
    expect(data, {"title", "cause", "way", "match"}, {"section", "threads", "released"}, "title")
    return Note(anchor=anchor(written["title"]), **with_patterns(data, "title"))


def read_way(data: dict[str, str]) -> dict[str, str]:
    """Way of ``ways``."""
    if not {"verdict", "section"} <= set(data) <= {"verdict", "section", "text"}:
        raise ChapterError(
            f"{NOTES}: expected verdict, section and maybe text in ways, found {data}"
        )
    check_verdict(data["verdict"], data)
    return data


def read_branch(data: dict[str, Any]) -> Branch:
    """Main branch of ``fixed``."""
    expect(data, {"package", "after", "day", "changes"}, set(), "package")
    changes = []
    for each in data["changes"]:
        expect(each, {"change", "becomes", "match"}, {"threads"}, "change")
        check_verdict(each["becomes"], each["change"])
        changes.append(Change(**with_patterns(each, "change")))
    return Branch(**{**data, "changes": tuple(changes)})


def expect(data: dict[str, Any], required: set[str], optional: set[str], name: str) -> None:
    """See that a part of the notes has the keys that it needs, and no others."""
    if not required <= set(data) <= required | optional:
        raise ChapterError(
            f"{NOTES}: the note {data.get(name, '?')!r} takes {sorted(required)}, and may have "
            f"{sorted(optional)}; it has {sorted(data)}"
        )


def check_verdict(verdict: str, where: Any) -> None:
    """See that there is such a verdict."""
    if verdict not in VERDICTS:
        raise ChapterError(f"{NOTES}: {where}: there are the verdicts {', '.join(VERDICTS)}")


def with_patterns(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Part of the notes whose lists cannot change, after a look at its patterns."""
    for pattern in data["match"]:
        if not pattern or not set(pattern) <= {*MATCHED, "only"}:
            raise ChapterError(
                f"{NOTES}: a pattern of {data[name]!r} has {sorted(pattern)}; it may have "
                f"{', '.join(MATCHED)} and only"
            )
    return {**data, **{key: tuple(data[key]) for key in ("match", "threads") if key in data}}
