"""Bring what is translated up to date: ``make translations``.

Pages have their files of translations (`tools.translate`); sentences in code have catalogs of
gettext. ``LANGUAGE/messages.po`` has what tools, scripts and templates say on pages,
``LANGUAGE/classroom.po`` what `classroom` and the checks of chapters say to a learner. The second
one is compiled, together with the texts of quizzes, which are translated with their pages.
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools import messages, translate
from tools.chapters import ROOT, Book
from tools.editions import languages
from tools.pieces import key_of

#: Who marks a message: in Python, and in scripts and templates of the pages.
PYTHON = {**DEFAULT_KEYWORDS, "later": None}
WEB = {"say": None, "later": None, "sayCount": (1, 2), "laterCount": (1, 2)}
#: Where the messages of a catalog are, who extracts them, and by which marks.
SOURCES = {
    "messages": (
        ("tools/**/*.py", "python", PYTHON),
        ("web/*/*.js", "javascript", WEB),
        ("web/*/*.html", "jinja2.ext:babel_extract", WEB),
    ),
    "classroom": (
        ("classroom/*.py", "python", PYTHON),
        ("chapters/*/checks.py", "python", PYTHON),
    ),
}
NOT_OURS = {"node_modules", "dist"}
# The same messages give the same file on every day.
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def extract(root: Path, name: str, language: str) -> Catalog:
    """Messages of the code as it is now, and the files that each is in."""
    found = Catalog(locale=language, charset="utf-8")
    for pattern, method, keywords in SOURCES[name]:
        for path in sorted(root.glob(pattern)):
            where = path.relative_to(root)
            if NOT_OURS.isdisjoint(where.parts):
                for _, message, _, _ in extract_from_file(method, path, keywords):
                    if path.suffix == ".html" and isinstance(message, str):
                        message = messages.in_one_line(message)
                    found.add(message, locations=[(where.as_posix(), 0)])
    return found


def stored(root: Path, language: str, name: str) -> Catalog:
    """Messages as they were when the catalog was brought up to date; none without a file."""
    path = root / language / f"{name}.po"
    text = path.read_bytes() if path.exists() else b""
    return read_po(BytesIO(text), locale=language, charset="utf-8")


def translated(root: Path, language: str, name: str) -> Catalog:
    """Messages of the code as it is now, with what is translated of them.

    A message that changed has its old translation, marked as fuzzy: nobody is shown it.
    """
    known = stored(root, language, name)
    known.update(extract(root, name, language))
    return known


def missing(catalog: Catalog) -> list[str]:
    """Messages without a translation of their present text."""
    waiting = [each for each in catalog if each.id and not messages.forms(each)]
    return [each.id if isinstance(each.id, str) else each.id[0] for each in waiting]


def content(book: Book, catalog: Catalog) -> bytes:
    """What gettext reads: translated messages, and texts of quizzes."""
    found = Catalog(locale=catalog.locale, charset="utf-8", creation_date=DAY, revision_date=DAY)
    for message in catalog:
        if message.id and messages.forms(message):
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


def compiled(root: Path, language: str) -> Path:
    """Where gettext looks for what `classroom` says in a language."""
    return root / "classroom" / "data" / language / "LC_MESSAGES" / "classroom.mo"


def update(root: Path, language: str) -> None:
    """Bring the catalogs of a language up to date."""
    for name in SOURCES:
        catalog = translated(root, language, name)
        with (root / language / f"{name}.po").open("wb") as file:
            write_po(
                file, catalog, 0, omit_header=True, ignore_obsolete=True, include_lineno=False
            )
    path = compiled(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(Book(root, language), catalog))


def report(root: Path, pages: Sequence[str] = ()) -> None:
    """Print what of pages and messages isn't translated, and how much is."""
    translate.report(root, pages)
    for language in languages(root):
        for name in SOURCES:
            for message in missing(stored(root, language, name)):
                print(f"translations: {language}/{name}.po: missing: {message}")


def main(arguments: list[str]) -> None:
    """Bring the files of all languages up to date, and print what is stale and missing."""
    parser = argparse.ArgumentParser(prog="translations", description=main.__doc__)
    parser.add_argument("page", nargs="*", help="name of a page; default: all")
    pages = parser.parse_args(arguments).page
    for language in languages(ROOT):
        translate.update(ROOT, language, pages)
        update(ROOT, language)
    report(ROOT, pages)
