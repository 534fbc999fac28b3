"""Pieces of derived Markdown, and the markers in a page that they replace.

A page says ``<!-- here: NAME -->`` where something derived belongs; everything else in it is
written by hand and stays as it is.
"""

import re
from collections.abc import Iterable, Sequence

from tools.chapters import ChapterError, anchor

MARKER = re.compile(r"<!-- here: (.*?) -->")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def cell(text: str) -> str:
    """Text that stays in one cell of a table."""
    return text.replace("|", r"\|")


def code(text: str) -> str:
    """Text in code font, also if it has backticks."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def fill(text: str, values: dict[str, str], source: str) -> str:
    """Put derived Markdown in place of the markers of a page.

    Parameters
    ----------
    text : str
        The page.
    values : dict
        What each marker stands for, by its name.
    source : str
        File of the page, for the message.

    Raises
    ------
    ChapterError
        When a marker has a name that nothing is derived for; the message names the line.
    """
    for line, content in enumerate(text.splitlines(), 1):
        for name in MARKER.findall(content):
            if name not in values:
                known = ", ".join(sorted(values))
                raise ChapterError(
                    f"{source}:{line}: nothing goes by the name {name!r}; there are: {known}"
                )
    return MARKER.sub(lambda found: values[found[1]], text)


def section_of(text: str, name: str, source: str) -> str:
    """Anchor of the section of a page that a marker stands in.

    Raises
    ------
    ChapterError
        When the page has no such marker.
    """
    marker = f"<!-- here: {name} -->"
    before, found, _ = text.partition(marker)
    if not found:
        raise ChapterError(f"{source}:1: expected the line {marker} on this page, found none")
    return anchor(HEADING.findall(before)[-1])
