"""Cut Markdown into the pieces that are translated one by one, and the rest that stays.

A piece is a paragraph, a heading, an item of a list, a row of a table, or a whole block quote.
What stays is code, blank lines, rules, and lines without a word.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

FENCE = re.compile(r"^\s*(`{3,}|\$\$)")
ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) ")
ALONE = re.compile(r"^(?:#{1,6} |\||:::|<details>)")  # a line that is a piece of its own
OPTION = re.compile(r"^:[\w-]+:")  # of a directive
FIXED = re.compile(f"{FENCE.pattern}|{OPTION.pattern}")
# What has letters and isn't prose: code, markers, tags, addresses, formulas, directives.
NO_WORDS = re.compile(
    r"`[^`]*`|<!-- (?:here|/?chapters).*?-->|</?[a-z][^>]*>|\]\([^)]*\)|\$[^$]+\$|:::+(?:\{[^}]*\})?|https?://\S+"
)
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Piece:
    """Some whole lines of Markdown, and whether there is something to translate in them."""

    text: str
    prose: bool


def key_of(text: str) -> str:
    r"""Short name of a piece, from its words: line breaks don't count.

    Examples
    --------
    >>> key_of("A model") == key_of("A\nmodel")
    True
    """
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:10]


def has_words(text: str) -> bool:
    """Whether a reader reads it, and not only a machine.

    Examples
    --------
    >>> has_words("| `onnx` | 1.20 |"), has_words("| a package | 1.20 |")
    (False, True)
    """
    return bool(LETTER.search(NO_WORDS.sub(" ", text)))


def pieces(markdown: str) -> list[Piece]:
    r"""Cut Markdown into pieces; their texts, joined by line breaks, are the Markdown again.

    Examples
    --------
    >>> [piece.text for piece in pieces("# Run it\n\nOne\ntwo.\n- a\n- b") if piece.prose]
    ['# Run it', 'One\ntwo.', '- a', '- b']
    """
    lines = markdown.split("\n")
    starts = [*starting_lines(lines), len(lines)]
    texts = ["\n".join(lines[first:last]) for first, last in pairwise(starts)]
    return [Piece(text, not FIXED.match(text) and has_words(text)) for text in texts]


def starting_lines(lines: list[str]) -> Iterator[int]:
    """Numbers of the lines with which a piece begins."""
    fence, before = "", ""
    for number, line in enumerate(lines):
        opened = FENCE.match(line)
        if fence:
            if opened and opened[1] == fence:
                fence = ""
            continue
        if number == 0 or begins(line, before):
            yield number
        if opened and line.count(opened[1]) == 1:
            fence = opened[1]
        before = line


def begins(line: str, before: str) -> bool:
    """Whether a piece begins with this line, given the one before it."""
    quote = line.startswith(">")
    if quote and before.startswith(">"):
        return False
    alone = any(rule.match(text) for rule in (ALONE, OPTION, FENCE) for text in (line, before))
    return alone or quote or not line.strip() or not before.strip() or bool(ITEM.match(line))


def translate(markdown: str, translation: Callable[[str], str]) -> str:
    """Markdown with each piece of prose replaced by its translation."""
    found = (translation(each.text) if each.prose else each.text for each in pieces(markdown))
    return "\n".join(found)
