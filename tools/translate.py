"""Bring the files of translated pages up to date, and say what is stale and missing.

Each page has one file per language. A new piece is put there in English, for somebody to
translate; one that changed is put above its translation.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools import translations
from tools.chapters import Book, read_yaml
from tools.editions import READ, languages, replaced
from tools.pieces import pieces
from tools.translations import Entry


def pages_of(book: Book) -> list[str]:
    """Pages of a book, the first one included."""
    return ["index", *book.pages]


def english(book: Book, page: str) -> list[str]:
    """Pieces of a page and of the data beside it, in English, each once."""
    chapters = {chapter.page: chapter for chapter in book}
    found = []
    if page in chapters:
        chapter = chapters[page]
        texts = [cell.source for cell in chapter.cells if cell.kind == "markdown"]
        found += strings("lesson", chapter.lesson)
        found += strings("cell", [cell.metadata for cell in chapter.cells])
    else:
        texts = [book.written(page)]
    for text in texts:
        found += [piece.text for piece in pieces(text) if piece.prose]
    for path in data_of(book, page):
        found += strings(path.name, read_data(path))
    return list(dict.fromkeys(found))


def data_of(book: Book, page: str) -> Iterator[Path]:
    """Files of data that belong to a page, and have texts that a reader reads."""
    if page == "index":
        yield book.contents
    owners = {"questions.yml": "questions", "plans.yml": "in-the-room"}
    owners["other-versions.yml"] = "error-index"
    folder = book.root / page
    for name in READ:
        if (folder / name).exists():
            yield folder / name
        if owners.get(name) == folder.name and folder.with_name(name).exists():
            yield folder.with_name(name)


def read_data(path: Path) -> object:
    """Content of a file of data."""
    if path.suffix == ".toml":
        return tomllib.loads(path.read_text(encoding="utf-8"))
    return read_yaml(path)


def strings(file: str, content: object) -> list[str]:
    """Texts in some data that a reader reads."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    replaced(content, READ[file], keep)
    return found


def entries_of(root: Path, language: str, names: Sequence[str] = ()) -> dict[str, list[Entry]]:
    """What each page of a language has (default: all pages)."""
    written, read = Book(root), Book(root, language)
    return {
        page: translations.compare(english(written, page), read.edition.stored(page))
        for page in pages_of(written)
        if not names or page.removeprefix("chapters/") in names
    }


def update(root: Path, language: str, names: Sequence[str] = ()) -> None:
    """Bring the files of a language up to date."""
    for page, entries in entries_of(root, language, names).items():
        path = root / language / f"{page}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(translations.write(entries), encoding="utf-8")


def report(root: Path, names: Sequence[str] = ()) -> None:
    """Print what is stale, with both texts, what is missing, and how much is translated."""
    for language in languages(root):
        total: Counter[str] = Counter()
        for page, entries in entries_of(root, language, names).items():
            total.update(entry.state for entry in entries)
            for entry in entries:
                if entry.state != "done":
                    print(f"translations: {language}/{page}.md: {entry.state}")
                    print("".join(f"    {text}\n" for text in (entry.english, entry.text) if text))
        print(
            f"translations: {language}: {total['done']:,} of {total.total():,} pieces translated, "
            f"{total['stale']:,} stale, {total['missing']:,} missing"
        )
