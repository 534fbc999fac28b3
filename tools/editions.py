"""The language that the book is read in: English as it is written, others by translation.

What is translated of a page lies in one Markdown file, ``LANGUAGE/PAGE.md``: the pieces of its
text, then those of the data beside it. Where a translation is missing or stale, the English text
is shown, with a mark.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from tools import translations
from tools.pieces import key_of, translate
from tools.translations import Stored

ENGLISH = "en"
#: Languages beside English, each with what marks a piece that is still in English.
MARKS = {"vi": "*(chưa dịch)*"}
#: Keys of the data beside a page whose texts a reader reads, by the file.
READ = {
    "errors.yml": {"cause", "symptom"},
    "plan.yml": {"do", "ask", "said", "reply"},
    "plans.yml": {"do", "ask", "said", "reply"},
    "questions.yml": {"question"},
    "other-versions.yml": {"cause"},
    "notes.yml": {"title", "cause", "way", "released", "change"},
    "quiz.toml": {"text", "why"},
    "lesson": {"short", "description"},
    "cell": {"alt"},
    "_toc.yml": {"caption"},
}
START = re.compile(r"^(\s*(?:[-*]|\d+\.) |> |\| )?")


class Edition:
    """One language of a book.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the book.
    language : str
        ``en``, or one of `MARKS`.
    """

    def __init__(self, root: Path, language: str = ENGLISH):
        self.language = language
        self.folder = root if language == ENGLISH else root / language
        self.text_of = cache(self._text_of)
        self._stored: dict[str, Stored] = {}

    @property
    def prefix(self) -> str:
        """What comes before its paths, in the repository and on the site: nothing, or ``vi/``."""
        return f"{self.language}/" if self.is_translated else ""

    @property
    def suffix(self) -> str:
        """What is behind the names of what is made of it: nothing, or ``-vi``."""
        return f"-{self.language}" if self.is_translated else ""

    @property
    def is_translated(self) -> bool:
        """Whether its texts are translations."""
        return self.language != ENGLISH

    def stored(self, page: str) -> Stored:
        """What is translated of a page, read once."""
        if page not in self._stored:
            path = self.folder / f"{page}.md"
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            self._stored[page] = translations.read(text)
        return self._stored[page]

    def markdown(self, page: str, text: str) -> str:
        """Markdown of a page in this language."""
        if not self.is_translated:
            return text
        return translate(text, lambda piece: self.text_of(page, piece))

    def data(self, page: str, file: str, content: Any) -> Any:
        """Content of a file of data that belongs to a page, in this language."""
        if not self.is_translated:
            return content
        return replaced(content, READ.get(file, set()), lambda text: self.text_of(page, text))

    def _text_of(self, page: str, piece: str) -> str:
        state, text = self.stored(page).get(key_of(piece), ("missing", ""))
        return text if state == "done" else marked(piece, MARKS[self.language])


def languages(root: Path) -> list[str]:
    """Languages beside English that a book has."""
    return [language for language in MARKS if (root / language).is_dir()]


def marked(piece: str, mark: str) -> str:
    """English piece with a mark; a heading has none, since its text is a name, too.

    Examples
    --------
    >>> marked("| one | two |", "*(en)*")
    '| *(en)* one | two |'
    """
    if piece.startswith(("#", ":::", "<")):
        return piece
    return START.sub(lambda found: f"{found[0]}{mark} ", piece, count=1)


def replaced(content: Any, keys: set[str], text: Any, key: str = "") -> Any:
    """Copy of some data with the texts below these keys replaced.

    Examples
    --------
    >>> replaced([{"ask": "why", "kind": "show"}], {"ask"}, str.upper)
    [{'ask': 'WHY', 'kind': 'show'}]
    """
    if isinstance(content, dict):
        return {name: replaced(each, keys, text, name) for name, each in content.items()}
    if isinstance(content, list):
        return [replaced(each, keys, text, key) for each in content]
    return text(content) if key in keys and isinstance(content, str) else content
