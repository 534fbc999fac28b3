"""What the book and its chapters are, read once.

Order and parts come from ``_toc.yml``; title, headings, anchors, exercises and cells
from a chapter's ``.md``. Structure is said by the tags of cells, so that no tool looks for words.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from tools.editions import ENGLISH, Edition, languages
from tools.source import GRADES, PARTS, Cell, ChapterError, parse

YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was compiled
ROOT = Path(__file__).resolve().parent.parent
# Pages below ``chapters`` that are made from data or have no cells to run.
NO_LESSONS = (
    "chapters/appendix/",
    "chapters/reference/other-languages",
    "chapters/reference/what-converts",
)


def written_by_hand(root: Path) -> Iterator[Path]:
    """Files below ``chapters``; not what notebooks write into ``models``, perhaps just now."""
    for folder, inside, names in os.walk(root / "chapters"):
        inside[:] = [name for name in inside if name != "models" and not name.startswith(".")]
        yield from (Path(folder) / name for name in names)


def anchor(heading: str) -> str:
    """Anchor of a heading as the site makes it; letters of every alphabet stay.

    Examples
    --------
    >>> anchor("Đổi mô hình `Keras` sang ONNX: bước 1")
    'đổi-mô-hình-keras-sang-onnx-bước-1'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def anchors(headings: Iterable[str]) -> list[str]:
    """Anchors of the headings of a page, in order; equal ones are told apart as MyST does.

    Examples
    --------
    >>> anchors(["Exercises", "C#", "C++"])
    ['exercises', 'c', 'c-1']
    """
    found: list[str] = []
    for heading in headings:
        name, number = anchor(heading), 1
        while name in found:
            name, number = f"{name}-{number}", number + 1
        found.append(name)
    return found


def read_yaml(path: Path) -> Any:
    """Content of a YAML file."""
    with path.open("rb") as file:
        return yaml.load(file, YAML)


@dataclass(frozen=True)
class Section:
    """A heading of a chapter, with the tags of the cell that it stands in."""

    level: int
    title: str
    anchor: str
    tags: frozenset[str]

    @property
    def is_lesson(self) -> bool:
        """Whether it teaches; exercises, a quiz, the take-away and the set-up do not."""
        return not self.tags & set(PARTS)


class Chapter:
    """A lesson: its source, its notebook, and the folder of what belongs to it.

    Parameters
    ----------
    source : pathlib.Path
        The ``.md`` file.
    root : pathlib.Path
        The folder of the book.
    edition : Edition, optional
        The language that it is read in; default: as it is written.
    """

    def __init__(self, source: Path, root: Path = ROOT, edition: Edition | None = None):
        self.source, self.root = source, root
        self.edition = edition or Edition(root)
        self.page = source.relative_to(root).with_suffix("").as_posix()
        self.name = self.page.removeprefix("chapters/")
        self.notebook = self.edition.folder / f"{self.page}.ipynb"
        self.ran = source.with_suffix(".ipynb")  # has the outputs, for each language
        self.folder = source.with_suffix("")
        self._data: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Chapter({self.name!r})"

    @property
    def number(self) -> str:
        """Short name in exercises: the number in front, or the whole name where there is none."""
        return self.name.partition("-")[0] if self.name[:1].isdigit() else self.name

    @cached_property
    def text(self) -> str:
        """Source, as it stands in the file."""
        return self.source.read_text(encoding="utf-8")

    def fail(self, line: int, problem: str) -> ChapterError:
        """Error that names a line of the source."""
        return ChapterError(f"{self.source.relative_to(self.root).as_posix()}:{line}: {problem}")

    @cached_property
    def _parsed(self) -> tuple[dict[str, Any], list[Cell]]:
        return parse(self.text, self.fail)

    @cached_property
    def cells(self) -> list[Cell]:
        """Cells of the source, in order, their prose in the language of the edition.

        Raises
        ------
        ChapterError
            When the source is no chapter; the message names the line.
        """
        if not self.edition.is_translated:
            return self._parsed[1]
        return [self._translated(cell) for cell in self._parsed[1]]

    def _translated(self, cell: Cell) -> Cell:
        """Cell with its prose, or the texts that stand for its pictures, in this language."""
        if cell.kind == "markdown":
            return replace(cell, source=self.edition.markdown(self.page, cell.source))
        return replace(cell, metadata=self.edition.data(self.page, "cell", cell.metadata))

    @cached_property
    def lesson(self) -> dict[str, Any]:
        """What the metadata on top of the source say of the lesson; nothing is required."""
        return self.edition.data(self.page, "lesson", self._parsed[0])

    @cached_property
    def sections(self) -> list[Section]:
        """Headings, the title first; anchors are those of the English edition."""
        written, read = headings(self._parsed[1]), headings(self.cells)
        names = anchors(title for _, title, _ in written)
        found = [
            Section(level, title, name, tags)
            for (level, title, tags), name in zip(read, names, strict=True)
        ]
        if not found or found[0].level != 1:
            raise self.fail(1, "a chapter begins with its title, '# ...', and this one does not")
        return found

    @property
    def title(self) -> str:
        """Title of the chapter."""
        return self.sections[0].title

    @property
    def short(self) -> str:
        """Short name, for tables."""
        return self.lesson.get("short", self.title)

    @property
    def description(self) -> str:
        """Sentence for the landing page; may be empty."""
        return self.lesson.get("description", "")

    @property
    def ships(self) -> dict[str, str]:
        """Files of the book that a run of the chapter makes: their path by the path in the run."""
        return self.lesson.get("ships", {})

    @property
    def needs(self) -> list[str]:
        """Groups of ``pyproject.toml`` that the chapter takes beside the one of all chapters."""
        return self.lesson.get("needs", [])

    @property
    def engine(self) -> str:
        """Engine that the chapter runs on, such as ``spark``; empty if it needs none."""
        return self.lesson.get("engine", "")

    @cached_property
    def exercises(self) -> dict[int, str]:
        """Grade of each exercise (empty if none is given), by its number."""
        return {
            number: next((tag for tag in cell.tags if tag in GRADES), "")
            for cell in self.cells
            if (number := cell.number("exercise")) is not None
        }

    def read_data(self, name: str) -> Any:
        """Content of a YAML file in the chapter's folder, or None; read once, so leave it so."""
        if name not in self._data:
            path = self.folder / name
            content = read_yaml(path) if path.exists() else None
            self._data[name] = self.edition.data(self.page, name, content)
        return self._data[name]


def headings(cells: list[Cell]) -> list[tuple[int, str, frozenset[str]]]:
    """Level, title and cell's tags of each heading; what stands in fences is none."""
    found = []
    for cell in cells:
        if cell.kind == "markdown":
            prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL)
            for marks, title in re.findall(r"^(#{1,6}) (.+)$", prose, re.MULTILINE):
                found.append((len(marks), title, frozenset(cell.tags)))
    return found


@dataclass(frozen=True)
class Part:
    """A part of the book: its caption (may be empty) and its pages in order."""

    caption: str
    pages: tuple[str, ...]


class Book:
    """The book: its parts, its chapters and its other pages, in the order of ``_toc.yml``."""

    def __init__(self, root: Path = ROOT, language: str = ENGLISH):
        self.root = root
        self.edition = Edition(root, language)
        self.contents = root / "_toc.yml"

    @cached_property
    def parts(self) -> list[Part]:
        """Parts of the table of contents.

        Raises
        ------
        ChapterError
            When a page is listed twice, is not there, or a chapter is not listed.
        """
        contents = self.edition.data("index", "_toc.yml", read_yaml(self.contents))
        groups = contents.get("parts") or [contents]
        parts = [
            Part(group.get("caption", ""), tuple(entry["file"] for entry in group["chapters"]))
            for group in groups
        ]
        listed = [page for part in parts for page in part.pages]
        for page in listed:
            if listed.count(page) > 1:
                raise ChapterError(f"_toc.yml:{self._line_of(page)}: {page} is listed twice")
            if not (self.root / f"{page}.md").exists():
                raise ChapterError(f"_toc.yml:{self._line_of(page)}: there is no {page}.md")
        for source in sorted(written_by_hand(self.root)):
            page = source.relative_to(self.root).with_suffix("").as_posix()
            if source.suffix == ".md" and page not in listed:
                raise ChapterError(f"{page}.md:1: this page is not listed in _toc.yml: add it")
        return parts

    def _line_of(self, page: str) -> int:
        lines = self.contents.read_text(encoding="utf-8").splitlines()
        found = [
            n for n, line in enumerate(lines, 1) if re.search(rf"\b{re.escape(page)}\s*$", line)
        ]
        return found[-1]

    @property
    def pages(self) -> list[str]:
        """Pages in their order, without the first one (``index``)."""
        return [page for part in self.parts for page in part.pages]

    @cached_property
    def chapters(self) -> list[Chapter]:
        """Lessons, which are run: the pages below ``chapters`` but for `NO_LESSONS`."""
        return [
            Chapter(self.root / f"{page}.md", self.root, self.edition)
            for page in self.pages
            if page.startswith("chapters/") and not page.startswith(NO_LESSONS)
        ]

    def written(self, page: str) -> str:
        """Text of a page that is no chapter, as it stands in its file."""
        return (self.root / f"{page}.md").read_text(encoding="utf-8")

    def text(self, page: str) -> str:
        """Text of a page that is no chapter."""
        return self.edition.markdown(page, self.written(page))

    def data(self, page: str, file: str) -> Any:
        """Content of a YAML file beside a page, or None."""
        path = self.root / f"{page}.md"
        path = path.with_name(file)
        return self.edition.data(page, file, read_yaml(path) if path.exists() else None)

    def choose(self, names: list[str]) -> list[Chapter]:
        """Return the named chapters, or all.

        Raises
        ------
        ChapterError
            When there is none of a name.
        """
        found = {chapter.name: chapter for chapter in self.chapters}
        unknown = [name for name in names if name not in found]
        if unknown:
            raise ChapterError(f"no chapter {', '.join(unknown)}; there are: {', '.join(found)}")
        return [found[name] for name in names] if names else list(found.values())

    def __iter__(self) -> Iterator[Chapter]:
        return iter(self.chapters)


def read_editions(root: Path = ROOT) -> list[Book]:
    """Return the book in a folder in each of its languages, English first."""
    return [Book(root), *(Book(root, language) for language in languages(root))]


@cache
def read_book(root: Path = ROOT, language: str = ENGLISH) -> Book:
    """Return the book in a folder, read once in a process."""
    return Book(root, language)
