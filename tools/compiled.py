"""Compile the messages of `classroom` in another language: ``make translations`` does it.

Sentences of its code are translated in ``LANGUAGE/classroom.po``. Quizzes are data of a lesson,
translated with its page; their texts are put into the same file for gettext.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools import translate
from tools.chapters import ROOT, Book
from tools.editions import MARKS
from tools.pieces import key_of

KEYWORDS = {"_": None, "later": None}
# The same messages give the same file on every day.
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def sources(root: Path) -> list[Path]:
    """Files of code that have messages."""
    return sorted((*root.glob("classroom/*.py"), *root.glob("chapters/*/checks.py")))


def translated(root: Path, language: str) -> Catalog:
    """Messages of the code as it is now, with what is translated of them.

    A message that changed has its old translation, marked as fuzzy; it isn't compiled.
    """
    path = root / language / "classroom.po"
    text = path.read_bytes() if path.exists() else b""
    known = read_po(BytesIO(text), locale=language, charset="utf-8")
    found = Catalog(locale=language, charset="utf-8")
    for source in sources(root):
        where = source.relative_to(root).as_posix()
        for _, message, _, _ in extract_from_file("python", source, KEYWORDS):
            found.add(message, locations=[(where, 0)])
    known.update(found)
    return known


def content(book: Book, messages: Catalog) -> bytes:
    """What gettext reads: translated messages, and texts of quizzes."""
    found = Catalog(locale=messages.locale, charset="utf-8", creation_date=DAY, revision_date=DAY)
    for message in messages:
        if message.id and message.string and not message.fuzzy:
            found.add(message.id, message.string)
    for english, text in quiz_texts(book):
        found.add(english, text)
    file = BytesIO()
    write_mo(file, found)
    return file.getvalue()


def quiz_texts(book: Book) -> Iterator[tuple[str, str]]:
    """Texts of quizzes with their translations."""
    for chapter in book:
        path = book.root / chapter.page / "quiz.toml"
        stored = book.edition.stored(chapter.page)
        for english in (
            translate.strings(path.name, translate.read_data(path)) if path.exists() else []
        ):
            state, text = stored.get(key_of(english), ("missing", ""))
            if state == "done":
                yield english, text


def catalog(root: Path, language: str) -> Path:
    """Where gettext looks for the messages of a language."""
    return root / "classroom" / "data" / language / "LC_MESSAGES" / "classroom.mo"


def update(root: Path, language: str) -> list[str]:
    """Bring the messages of a language up to date; return those to translate."""
    messages = translated(root, language)
    with (root / language / "classroom.po").open("wb") as file:
        write_po(file, messages, 99, omit_header=True, ignore_obsolete=True, include_lineno=False)
    path = catalog(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(Book(root, language), messages))
    return missing(messages)


def missing(messages: Catalog) -> list[str]:
    """Messages without a translation of their present text."""
    return [str(each.id) for each in messages if each.id and (each.fuzzy or not each.string)]


def main(arguments: list[str]) -> None:
    """Update the files of translated pages, then the messages, and print what is missing."""
    translate.main(arguments)
    for language in MARKS:
        for message in update(ROOT, language):
            print(f"translations: {language}/classroom.po: missing: {message}")
