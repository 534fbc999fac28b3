"""The error index: tables of the errors that the chapters explain, two for each phase.

A chapter's ``errors.yml`` holds ``errors`` (texts that a cell prints) and ``symptoms`` (what goes
wrong without a text), each with the section that explains it and the phase in which it happens.
``chapters/appendix`` has the errors of other versions.
"""

import re
from dataclasses import dataclass
from typing import Any

from tools.chapters import Book, Chapter, ChapterError
from tools.messages import _, day
from tools.pages.blocks import code, section_of, table

PAGE = "chapters/appendix/error-index"
ELSEWHERE = "chapters/appendix/other-versions.yml"
FILE = "errors.yml"
OLDER = "errors of other versions"  # the marker of their table

# When it happens, in the order of a model's life. The page has a section for each.
PHASES = ("install", "convert", "load", "run", "wrong", "slow")

# Keys that a row has, and may have.
ERRORS = {"text", "phase", "package", "cause", "section"}, {"thread"}
SYMPTOMS = {"symptom", "phase", "shown", "cause", "section"}, {"thread"}
OTHERS = {"text", "package", "cause", "versions"}, {"thread", "script"}


@dataclass(frozen=True)
class Explained:
    """A text or a symptom, its cause in a sentence, and the address of what explains it."""

    text: str
    cause: str
    address: str


def read_rows(book: Book, kind: str) -> list[tuple[Chapter, dict[str, Any]]]:
    """Rows of all chapters, ``errors`` or ``symptoms``, in alphabetical order.

    Raises
    ------
    ChapterError
        When a row lacks a key, has one too many, or names a section that is not there.
    """
    required, optional = {"errors": ERRORS, "symptoms": SYMPTOMS}[kind]
    found = []
    for chapter in book:
        file = f"{chapter.page}/{FILE}"
        data = chapter.read_data(FILE) or {}
        if not set(data) <= {"errors", "symptoms", "unlisted"}:
            raise ChapterError(
                f"{file}:1: expected errors, symptoms and unlisted, found {', '.join(data)}"
            )
        rows = data.get(kind, [])
        check_keys(rows, required, optional, file)
        anchors = {section.anchor for section in chapter.sections}
        for row in rows:
            if row["section"] not in anchors:
                raise ChapterError(
                    f"{file}: {name_of(row)!r} is explained in #{row['section']}, and "
                    f"{chapter.page}.md has no section with this anchor: {', '.join(anchors)}"
                )
        found += [(chapter, row) for row in rows]
    return sorted(found, key=lambda each: sort_key(name_of(each[1])))


def read_others(book: Book) -> dict[str, Any]:
    """Errors of other versions: the rows ``elsewhere``, and the day ``seen`` of the scripts."""
    data = book.data(PAGE, "other-versions.yml")
    if not data:
        return {"elsewhere": [], "seen": None}
    check_keys(data["elsewhere"], *OTHERS, ELSEWHERE)
    rows = sorted(data["elsewhere"], key=lambda row: sort_key(name_of(row)))
    return {"elsewhere": rows, "seen": data["seen"]}


def check_keys(rows: list[dict], required: set[str], optional: set[str], file: str) -> None:
    """Stop at a row that lacks a key, or has one that nobody reads."""
    for number, row in enumerate(rows, 1):
        missing, unknown = required - set(row), set(row) - required - optional
        if missing or unknown:
            raise ChapterError(
                f"{file}: row {number} ({name_of(row)!r}) lacks {sorted(missing) or 'nothing'} "
                f"and has {sorted(unknown) or 'nothing'} too many; it takes {sorted(required)}, "
                f"and may have {sorted(optional)}"
            )
        if row.get("phase", PHASES[0]) not in PHASES:
            raise ChapterError(
                f"{file}: row {number} ({name_of(row)!r}) has the phase {row['phase']!r}; "
                f"there are: {', '.join(PHASES)}"
            )


def name_of(row: dict[str, Any]) -> str:
    """What a row is looked up by."""
    return row.get("text") or row.get("symptom") or ""


def sort_key(text: str) -> str:
    """Letters and digits only, without case: how a reader looks for a text."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def values(book: Book) -> dict[str, str]:
    """Tables of the page, by the names of their markers; empty where there are no rows."""
    others = read_others(book)
    found = {
        OLDER: table(
            (_("message, cause, and fix"), _("versions")),
            [
                (f"{code(row['text'])}<br>{explain(row)}", where(row))
                for row in others["elsewhere"]
            ],
        ),
        "errors seen": day(others["seen"]) if others["seen"] else _("no day"),
    }
    errors, symptoms = read_rows(book, "errors"), read_rows(book, "symptoms")
    for phase in PHASES:
        found[f"errors {phase}"] = phase_table(
            (_("message, cause, and fix"), _("explained in")),
            [
                (f"{code(row['text'])}<br>{explain(row)}", links(chapter, row))
                for chapter, row in errors
                if row["phase"] == phase
            ],
        )
        found[f"symptoms {phase}"] = phase_table(
            (_("no message: symptom, cause, and fix"), _("explained in")),
            [
                (f"**{row['symptom']}**<br>{row['cause']}", links(chapter, row))
                for chapter, row in symptoms
                if row["phase"] == phase
            ],
        )
    return found


def phase_table(head: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    """Table of a phase; nothing where the phase has no rows."""
    return table(head, rows) if rows else ""


def explain(row: dict[str, Any]) -> str:
    """Cause, and the package that says it."""
    return f"{row['cause']} *({row['package']})*"


def links(chapter: Chapter, row: dict[str, Any]) -> str:
    """Link to the section that reproduces a row, by its title, and to the thread."""
    [title] = [each.title for each in chapter.sections if each.anchor == row["section"]]
    return ", ".join([f"[{title}](../{chapter.name}.ipynb#{row['section']})", *thread(row)])


def where(row: dict[str, Any]) -> str:
    """Versions of a row that the book's own do not show."""
    proof = _("*reproduced*") if "script" in row else _("*thread only*")
    return ", ".join([row["versions"], proof, *thread(row)])


def thread(row: dict[str, Any]) -> list[str]:
    """Link to the thread of a row, named after its repository and number; or nothing."""
    if "thread" not in row:
        return []
    repository, _kind, number = row["thread"].rsplit("/", 3)[1:]
    return [f"[{repository} {number}]({row['thread']})"]


def explained(book: Book) -> list[Explained]:
    """Every text and symptom of the index, for the search of the site."""
    rows = [*read_rows(book, "errors"), *read_rows(book, "symptoms")]
    found = [
        Explained(name_of(row), row["cause"], f"{chapter.page}.html#{row['section']}")
        for chapter, row in rows
    ]
    others = read_others(book)["elsewhere"]
    if others:
        address = f"{PAGE}.html#{section_of(book.written(PAGE), OLDER, f'{PAGE}.md')}"
        found += [Explained(row["text"], row["cause"], address) for row in others]
    return found
