"""What a chapter's source may hold: its fences and its tags, checked and cut into cells."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jupytext.myst import myst_to_notebook

FENCE = "```{code-cell} ipython3"

# Tags that say what a cell is; those with a number name the exercise they belong to.
NUMBERED = ("exercise", "hint", "answer", "check", "solution")
GRADES = ("recall", "apply", "debug", "extend")
PARTS = ("setup", "exercises", "quiz", "take-away")
SLIDES = ("slide", "subslide", "fragment", "notes")
SHOWN = ("hide-input", "hide-cell")
EXEMPT = "nbval-ignore-output"
TAGS = {*GRADES, *PARTS, *SLIDES, *SHOWN, EXEMPT}
LESSON_KEYS = {"short", "description", "ships", "needs", "engine"}


class ChapterError(Exception):
    """A book or a chapter that cannot be used: what was expected, what came, what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell of a chapter's source; ``line`` counts from 1 in the ``.md``."""

    kind: str
    source: str
    metadata: dict[str, Any]
    line: int

    @property
    def tags(self) -> list[str]:
        """Tags of the cell, in their order."""
        return self.metadata.get("tags", [])

    def number(self, kind: str) -> int | None:
        """Number of the exercise that the cell is a ``kind`` of, such as ``solution``; or None."""
        return tagged_number(self.tags, kind)


def tagged_number(tags: list[str], kind: str) -> int | None:
    """Number behind the tag ``KIND-N``, or None."""
    found = [int(tag[len(kind) + 1 :]) for tag in tags if re.fullmatch(rf"{kind}-\d+", tag)]
    return found[0] if found else None


Fail = Callable[[int, str], ChapterError]


def parse(text: str, fail: Fail) -> tuple[dict[str, Any], list[Cell]]:
    """Metadata of the lesson and cells of a source; ``fail`` makes the error for a line of it."""
    check_fences(text, fail)
    metadata, cells = cut(text)
    check_tags(cells, fail)
    if not any(cell.kind == "code" for cell in cells):
        raise fail(1, f"a chapter has at least one code cell ({FENCE}), this one has none")
    lesson = metadata.get("lesson", {})
    if not isinstance(lesson, dict) or not set(lesson) <= LESSON_KEYS:
        known = ", ".join(sorted(LESSON_KEYS))
        raise fail(1, f"'lesson' in the metadata takes {known}; found {lesson}")
    return lesson, list(cells)


@cache
def cut(text: str) -> tuple[dict[str, Any], tuple[Cell, ...]]:
    """Metadata and cells of a source: once, for all editions and books. Nobody changes them."""
    parsed = myst_to_notebook(text, add_source_map=True)
    lines = text.splitlines()
    cells = []
    for cell, line in zip(parsed.cells, parsed.metadata.pop("source_map"), strict=True):
        while line < len(lines) - 1 and not lines[line].strip():
            line += 1
        cells.append(Cell(cell.cell_type, cell.source, dict(cell.metadata), line + 1))
    return parsed.metadata, tuple(cells)


def check_fences(text: str, fail: Fail) -> None:
    """Stop at a fence of another form, or one that is never closed."""
    opened = 0
    for line, row in enumerate(text.splitlines(), 1):
        if not opened and row.startswith("```{code-cell}") and row.rstrip() != FENCE:
            raise fail(line, f"expected {FENCE}, found {row.rstrip()}")
        if row.startswith("```"):
            opened = 0 if opened else line
    if opened:
        raise fail(opened, "this fence is never closed")


def check_tags(cells: Sequence[Cell], fail: Fail) -> None:
    """Stop at a tag that nobody knows, or one whose exercise is not there once."""
    first: dict[int, int] = {}
    for cell in cells:
        for tag in cell.tags:
            kind, _, last = tag.rpartition("-")
            if tag not in TAGS and not (kind in NUMBERED and last.isdigit()):
                known = ", ".join([*sorted(TAGS), *(f"{kind}-N" for kind in NUMBERED)])
                raise fail(cell.line, f"unknown tag {tag!r}; there are: {known}")
        exercise = cell.number("exercise")
        if exercise in first:
            raise fail(cell.line, f"exercise {exercise} begins here and in line {first[exercise]}")
        if exercise is not None:
            first[exercise] = cell.line
    for cell in cells:
        for kind in NUMBERED:
            number = cell.number(kind)
            if number is not None and number not in first:
                raise fail(cell.line, f"{kind}-{number}, and there is no exercise-{number}")
