"""The page of questions: what people ask, by theme, each with the section that answers it.

``chapters/appendix/questions.yml`` holds a list of rows for each theme: the ``question``, the
``thread`` where it was asked and its ``title``, and the ``section`` that answers it, as
page#anchor. What proves the answer is a ``cell`` of that section (a piece of its code or
output), a ``script`` that was run on other versions (its path in ``tools/proof``), or the thread.
``words`` are others that people ask it in, for the search.
"""

from dataclasses import dataclass
from typing import Any

from tools.chapters import Book, ChapterError
from tools.messages import _, later, number
from tools.pages.sections import place_of

PAGE = "chapters/appendix/questions"
FILE = f"{PAGE}.yml"

# The page has a section for each.
THEMES = (
    *("install", "keras", "sklearn", "boosters", "inspect", "load", "run", "languages"),
    *("wrong", "speed", "memory", "quantization", "containers", "gpu", "serving", "batch"),
    *("large", "security", "versions", "training"),
)
KEYS = {"question", "thread", "title", "section"}
PROOFS = {
    "cell": "",
    "script": later(", *run on other versions*"),
    "thread": later(", *from the thread*"),
}


@dataclass(frozen=True)
class Asked:
    """A question, other words for it, and the address of the section that answers it."""

    question: str
    words: str
    address: str


def read_questions(book: Book) -> dict[str, list[dict[str, Any]]]:
    """Rows of each theme; nothing where the book has no questions.

    Raises
    ------
    ChapterError
        When a theme is unknown, or a row lacks a key, has one too many, or names a section that
        is not there.
    """
    themes = book.data(PAGE, "questions.yml") or {}
    if unknown := set(themes) - set(THEMES):
        raise ChapterError(
            f"{FILE}: no theme {', '.join(sorted(unknown))}; there are: {', '.join(THEMES)}"
        )
    for row in (row for rows in themes.values() for row in rows):
        name, missing, more = row.get("question"), KEYS - set(row), set(row) - KEYS
        more -= {"words"}
        if missing or not more <= {"cell", "script"} or len(more) > 1:
            raise ChapterError(
                f"{FILE}: {name!r} lacks {sorted(missing) or 'nothing'}; beside {sorted(KEYS)} "
                f"it may have words, and cell or script; it has {sorted(more) or 'none of these'}"
            )
        place_of(book, row["section"], FILE)
    return themes


def proof_of(row: dict[str, Any]) -> str:
    """What proves an answer, one of `PROOFS`."""
    return next((kind for kind in PROOFS if kind != "thread" and kind in row), "thread")


def values(book: Book) -> dict[str, str]:
    """List of each theme, by the name of its marker; and how many were asked, and are run."""
    themes = read_questions(book)
    rows = [row for rows in themes.values() for row in rows]
    found = {
        f"asked {theme}": "\n".join(item(book, row) for row in themes.get(theme, []))
        for theme in THEMES
    }
    ran = [row for row in rows if proof_of(row) != "thread"]
    return found | {"asked in all": number(len(rows)), "asked and run": number(len(ran))}


def item(book: Book, row: dict[str, Any]) -> str:
    """A question as an item of a list, with links to its section and to its thread."""
    answer = place_of(book, row["section"], FILE).link_from(PAGE)
    word, proof = _("asked"), _(PROOFS[proof_of(row)])
    return f"- {row['question']} {answer} ([{word}]({row['thread']}){proof})"


def asked(book: Book) -> list[Asked]:
    """Every question with the address that answers it, for the search of the site."""
    return [
        Asked(row["question"], row.get("words", ""), place_of(book, row["section"], FILE).address)
        for rows in read_questions(book).values()
        for row in rows
    ]
