"""How many minutes a lesson takes: the book's one formula, over what is on the page.

Nobody types minutes. To read: 200 words, 15 lines of code, 40 lines of output (or rows of a table
in one) a minute, and half a minute for a picture. To do: minutes for each exercise, by its grade.
The set-up cell and the solutions are not counted.
"""

import re
from dataclasses import dataclass
from math import ceil

from nbformat import NotebookNode

from tools.chapters import Chapter
from tools.messages import _
from tools.source import GRADES, tagged_number

MARKER = "<!-- here: minutes -->"
WORDS, CODE_LINES, OUTPUT_LINES, PICTURES = 200, 15, 40, 2  # in a minute
EXERCISE = {"recall": 3, "apply": 8, "debug": 8, "extend": 12}
UNGRADED = 6
# What a lesson takes, reading and exercises together. Pages of the reference are looked up.
SHORTEST, LONGEST = 25, 50
REFERENCE = "reference/"

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FENCED = re.compile(r"^(```+).*?^\1", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
TARGET = re.compile(r"\]\([^)\s]*\)")
TAG = re.compile(r"</?[a-z][^>]*>")


@dataclass(frozen=True)
class Minutes:
    """Minutes to ``teach`` (or to read), and to ``practice``; the counts that they come from."""

    words: int
    code_lines: int
    output_lines: int
    pictures: int
    practice: int

    @property
    def teach(self) -> int:
        """Minutes to read all but the solutions, rounded up to 5."""
        exact = (
            self.words / WORDS
            + self.code_lines / CODE_LINES
            + self.output_lines / OUTPUT_LINES
            + self.pictures / PICTURES
        )
        return 5 * ceil(exact / 5)

    @property
    def all(self) -> int:
        """Minutes to read and to practice."""
        return self.teach + self.practice

    def __str__(self) -> str:
        """Text of the minutes, as a lesson states them."""
        if not self.practice:
            return _("{teach} minutes to read").format(teach=self.teach)
        return _("{teach} minutes to read, {practice} minutes for the exercises").format(
            teach=self.teach, practice=self.practice
        )

    @property
    def counts(self) -> str:
        """What was counted, in a line."""
        return (
            f"{self.words} words, {self.code_lines} lines of code, "
            f"{self.output_lines} lines of output, {self.pictures} pictures"
        )


def measure(notebook: NotebookNode) -> Minutes:
    """Minutes of a notebook with its outputs, in which no minutes are filled in yet."""
    words = code_lines = output_lines = pictures = practice = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if tagged_number(tags, "solution") is not None:
            continue
        if cell.cell_type == "markdown":
            words += count_words(cell.source)
            pictures += len(PICTURE.findall(cell.source))
            if tagged_number(tags, "exercise") is not None:
                grades = [EXERCISE[tag] for tag in tags if tag in GRADES]
                practice += grades[0] if grades else UNGRADED
        elif "setup" not in tags:
            code_lines += lines_in(cell.source)
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                seen = any(kind.startswith("image/") for kind in data)
                pictures += seen
                output_lines += 0 if seen else lines_of(output)
    return Minutes(words, code_lines, output_lines, pictures, practice)


def count_words(markdown: str) -> int:
    """Words that a reader sees: no notes for the teacher, no fences, no targets of links.

    Examples
    --------
    >>> count_words("Read [the file](a.md#b) - twice. <!-- teacher: Wait. -->")
    4
    """
    text = markdown
    for unseen in (COMMENT, FENCED, PICTURE, TARGET, TAG):
        text = unseen.sub(" ", text)
    return len(re.findall(r"\S*\w\S*", text))


def lines_of(output: NotebookNode) -> int:
    """Lines that an output prints, or rows of its table."""
    data = output.get("data", {})
    rows = data.get("text/html", "").count("<tr")
    return rows or lines_in(output.get("text", "") or data.get("text/plain", ""))


def lines_in(text: str) -> int:
    """Lines of a text that are not blank."""
    return sum(bool(line.strip()) for line in text.splitlines())


def fill(notebook: NotebookNode) -> NotebookNode:
    """Put the minutes of a notebook in place of the marker; its cells keep their ids."""
    text = str(measure(notebook))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(MARKER, text)
    return notebook


def is_bounded(chapter: Chapter) -> bool:
    """Whether a chapter is a lesson to work through, and not a page of the reference."""
    return not chapter.name.startswith(REFERENCE)
