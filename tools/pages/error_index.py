"""Derive the page of the error index from its data.

``chapters/appendix/errors.yml`` holds the rows; ``error-index.md`` beside it is the page.
Edit the data, run this, commit both.
"""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
APPENDIX = ROOT / "chapters" / "appendix"
DATA = APPENDIX / "errors.yml"
PAGE = APPENDIX / "error-index.md"
CHAPTERS = {
    "01-what-is-onnx": "What is ONNX",
    "02-keras-to-onnx": "Keras",
    "03-sklearn-to-onnx": "scikit-learn",
    "04-inference-pitfalls": "Pitfalls",
}

INTRODUCTION = """\
# Error index

You have an error message: paste it into the book's search, which lists the section that
explains it first, or search this page for a few of its words. The texts are exact and in
alphabetical order. Names and numbers inside of a text are those of the example; yours differ.
Each text was printed by a cell of the chapter it links to, on the versions in
`requirements.txt`, and a test compares it at each change of the book.

No message, but something is wrong? See [Symptoms without a message](#symptoms-without-a-message).
Not in the first table? See [Errors of other versions](#errors-of-other-versions).
"""


def read_data(path: Path = DATA) -> dict:
    """Rows of ``errors``, ``symptoms`` and ``elsewhere``, and the day of the latter, ``seen``."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def sort_key(text: str) -> str:
    """Letters and digits only, without case: how a reader looks for a text."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def page(data: dict) -> str:
    """Markdown of the whole page."""
    errors = [(f"{code(row['text'])}<br>{explain(row)}", links(row)) for row in data["errors"]]
    symptoms = [
        (f"**{row['symptom']}**<br>{row['cause']}", links(row)) for row in data["symptoms"]
    ]
    elsewhere = [
        (f"{code(row['text'])}<br>{explain(row)}", where(row)) for row in data["elsewhere"]
    ]
    return "\n".join(
        [
            INTRODUCTION,
            "## Exact texts",
            "",
            *table(("text, cause and mend", "see"), errors),
            "",
            "## Symptoms without a message",
            "",
            "The model runs, and something is wrong. The section behind each link reproduces it.",
            "",
            *table(("symptom and cause", "see"), symptoms),
            "",
            "## Errors of other versions",
            "",
            "These do not occur on the versions of the book. Where the last column says "
            f"*reproduced*, a script made the text on {data['seen']:%d %B %Y} in an environment "
            "with the versions named; `make versions` runs the scripts again. The others are "
            "known from their threads only.",
            "",
            *table(("text, cause and mend", "versions"), elsewhere),
            "",
        ]
    )


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    ]


def code(text: str) -> str:
    """Text in code font, also if it has backticks."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def explain(row: dict) -> str:
    """Cause, and the package that says it."""
    return f"{row['cause']} *({row['package']})*"


def links(row: dict) -> str:
    """Link to the section that reproduces a row, and to the thread."""
    target = f"../{row['chapter']}.ipynb#{row['heading']}"
    found = [f"[{CHAPTERS[row['chapter']]}]({target})"]
    if "thread" in row:
        found.append(f"[{thread_name(row['thread'])}]({row['thread']})")
    return ", ".join(found)


def where(row: dict) -> str:
    """Versions of a row that the book's own do not show."""
    found = [row["versions"], "*reproduced*" if "script" in row else "*thread only*"]
    if "thread" in row:
        found.append(f"[{thread_name(row['thread'])}]({row['thread']})")
    return ", ".join(found)


def thread_name(address: str) -> str:
    """Short name of a thread: repository and number."""
    repository, _, number = address.rsplit("/", 3)[1:]
    return f"{repository.rsplit('/', 1)[-1]} {number}"


def main() -> None:
    """Write the page."""
    text = page(read_data())
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        print(f"error index: {PAGE.name} is unchanged")
        return
    PAGE.write_text(text, encoding="utf-8")
    print(f"error index: wrote {PAGE.name}")


if __name__ == "__main__":
    sys.exit(main())
