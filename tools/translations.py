"""What of a page is translated, stale or missing: read, compared, written.

The translation of a page lies below ``vi``, in a Markdown file of the same path. A comment
before each piece has the key of the English piece that it translates::

    <!-- 3fa2c1d0ab -->
    Một đoạn văn.

``missing`` behind the key stands before an English piece that waits for a translation, ``stale``
before one that changed; the translation that it had follows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from tools.pieces import key_of

MARK = re.compile(r"^<!-- ([0-9a-f]{10})(?: (missing|stale))? -->\n", re.MULTILINE)
BEFORE = "\n<!-- translated before as -->\n"


@dataclass(frozen=True)
class Entry:
    """A piece in English, its state (``done``, ``missing``, ``stale``), and its translation."""

    english: str
    state: str = "missing"
    text: str = ""

    def __str__(self) -> str:
        key = key_of(self.english)
        if self.state == "done":
            return f"<!-- {key} -->\n{self.text}\n"
        before = f"{BEFORE}{self.text}" if self.state == "stale" else ""
        return f"<!-- {key} {self.state} -->\n{self.english}{before}\n"


Stored = dict[str, tuple[str, str]]


def read(text: str) -> Stored:
    r"""State and translation of each piece of a file, by its key, in order.

    Examples
    --------
    >>> read("<!-- 0123456789 -->\nMột.\n\n<!-- 00000000aa missing -->\nTwo.\n")
    {'0123456789': ('done', 'Một.'), '00000000aa': ('missing', '')}
    """
    parts = MARK.split(text)[1:]
    found = {}
    for key, state, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        _, _, before = body.partition(BEFORE)
        kept = {"missing": "", "stale": before}.get(state, body)
        found[key] = (state or "done", kept.strip("\n"))
    return found


def compare(english: Iterable[str], stored: Stored) -> list[Entry]:
    """What is stored for the pieces of a page as it is now, in its order.

    A translation whose piece is gone belongs to the piece that took its place, and is stale.
    """
    texts = {key_of(text): text for text in english}
    old, new = list(stored), list(texts)
    changed: dict[str, str] = {}
    for kind, first, last, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "replace":
            changed |= dict(zip(new[start:end], old[first:last], strict=False))
    found = []
    for key, text in texts.items():
        state, translation = stored.get(key, ("missing", ""))
        if key not in stored and changed.get(key, key) not in texts:
            translation = stored[changed[key]][1]
            state = "stale" if translation else "missing"
        found.append(Entry(text, state, translation))
    return found


def write(entries: Iterable[Entry]) -> str:
    """Text of the file that holds these entries."""
    return "\n".join(map(str, entries))
