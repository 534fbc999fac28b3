"""What the cells print of errors and what the error index lists are the same, both ways.

Each text of the index occurs in an output of the notebook that it links to, and each error that
a cell prints has a row somewhere in the book. What teaches nothing, such as an error that a cell
raises itself, a chapter's ``errors.yml`` names as ``unlisted``: a piece of the message, and why.
"""

import ast
import re
from functools import cache
from itertools import pairwise

import nbformat
import pytest
import yaml

from tools.chapters import ROOT, read_book
from tools.notebook import code_cells, read_notebook
from tools.pages.error_index import PHASES

CHAPTERS = [chapter for chapter in read_book() if chapter.read_data("errors.yml")]
RUN = [chapter for chapter in read_book() if chapter.notebook.exists()]
# Types of errors that do not end like one: those of ONNX Runtime, and two of skl2onnx.
TYPES = (
    *("EPFail", "EngineError", "Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf"),
    *("ModelLoaded", "NoModel", "NoSuchFile", "NotImplemented", "RuntimeException"),
    *("MissingConverter", "MissingShapeCalculator"),
)
OLD_VERSIONS = ROOT / "tools" / "proof" / "old_versions"
ELSEWHERE = yaml.safe_load((ROOT / "chapters/appendix/other-versions.yml").read_text("utf-8"))


def rows_of(chapter, kind):
    """Rows of a chapter: ``errors`` or ``symptoms``."""
    return chapter.read_data("errors.yml").get(kind, [])


def every_row():
    """Rows of all chapters and of other versions."""
    found = [row for chapter in CHAPTERS for kind in KEYS for row in rows_of(chapter, kind)]
    return found + ELSEWHERE["elsewhere"]


def name_of(row):
    return row.get("text") or row["symptom"]


def output_text(chapter):
    """Everything that the cells of a stored notebook print or show as text."""
    outputs = [output for cell in stored_cells(chapter) for output in cell.outputs]
    return "\n".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs
    )


def messages_of(cell):
    """Errors that a cell prints: type and message, as `expected_error` and tracebacks have them.

    A message ends where the next one begins, or where the output ends. A bare message of ONNX
    Runtime counts, too.
    """
    caught = re.findall(r"\w+", " ".join(re.findall(r"expected_error\((.*?)\)", cell.source)))
    named = "|".join(sorted({*TYPES, *(name for name in caught if name[0].isupper())}))
    start = re.compile(
        rf"(?<![\w.\"'`])(?:(?:[a-z_]\w*\.)*(?:[A-Z]\w*(?:Error|Exception|Warning)|{named})"
        r": |(?<!: )\[ONNXRuntimeError\] : )"
    )
    found = []
    for output in cell.outputs:
        text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
        places = [match.start() for match in start.finditer(text)]
        found += [text[a:b] for a, b in pairwise([*places, len(text)])]
    return found


def unlisted(chapter):
    """Pieces of messages that need no row, each with the reason."""
    return (chapter.read_data("errors.yml") or {}).get("unlisted", {})


def pattern_of(text):
    """Pattern of a text, in which names (quoted, in parentheses, a letter) and numbers are any.

    Where hardly anything else is left, names are those of the text.
    """
    name = r"'[^']*'|\"[^\"]*\"|tensor\(\w+\)|\(\w+\)|\b[A-Za-z]\b|"
    if sum(map(str.isalpha, re.sub(name + r"\d+", "", text))) < 12:
        name = ""
    pieces = re.split(rf"({name}\d+)", text)
    anything = {"'": "'[^']*'", '"': '"[^"]*"'}
    return "".join(
        anything.get(piece[0], r"[^\s,]+") if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


def without_row(cells, texts):
    """Messages that cells print and in which none of these texts occurs, with names of its own."""
    messages = [message for cell in cells for message in messages_of(cell)]
    known = re.compile("|".join(map(pattern_of, texts)))
    return [message for message in messages if not known.search(message)]


def texts_of_rows():
    """Exact texts of all rows."""
    return [row["text"] for row in every_row() if "text" in row]


@cache
def stored_cells(chapter):
    """Code cells of a stored notebook, read once."""
    return code_cells(read_notebook(chapter.notebook))


KEYS = {
    "errors": {"text", "phase", "package", "cause", "section"},
    "symptoms": {"symptom", "phase", "shown", "cause", "section"},
}
ANY = pytest.mark.parametrize("chapter", RUN, ids=lambda chapter: chapter.name)
BY_NAME = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@BY_NAME
def test_each_text_occurs_in_an_output_of_its_chapter(chapter):
    shown = output_text(chapter)
    wanted = [row["text"] for row in rows_of(chapter, "errors")]
    wanted += [row["shown"] for row in rows_of(chapter, "symptoms")]
    assert [text for text in wanted if text not in shown] == []


@ANY
def test_each_error_that_a_cell_prints_has_a_row_in_the_book(chapter):
    texts = [*texts_of_rows(), *unlisted(chapter)]
    missing = without_row(stored_cells(chapter), texts)
    assert not missing, (
        f"{chapter.page}/errors.yml lacks a row for each of these; or, under 'unlisted', a piece "
        "of the message and why it needs none:\n"
        + "\n".join(f"- {' '.join(message.split())[:200]}" for message in missing)
    )


@BY_NAME
def test_each_piece_that_is_unlisted_is_printed_and_has_no_row(chapter):
    missing = without_row(stored_cells(chapter), texts_of_rows())
    for piece, reason in unlisted(chapter).items():
        assert reason, piece
        assert any(piece in message for message in missing), piece


def cell(*texts, source=""):
    """A code cell that printed these texts."""
    made = nbformat.v4.new_code_cell(source)
    made.outputs = [nbformat.v4.new_output("stream", text=text) for text in texts]
    return made


@pytest.mark.parametrize(
    ("printed", "messages"),
    [
        ("ValueError: no\n", ["ValueError: no\n"]),
        (
            "1 row\nFail: [ONNXRuntimeError] : 1 : FAIL : x",
            ["Fail: [ONNXRuntimeError] : 1 : FAIL : x"],
        ),
        ("a label: onnx.checker.ValidationError: x", ["onnx.checker.ValidationError: x"]),
        ("[ONNXRuntimeError] : 2 : x", ["[ONNXRuntimeError] : 2 : x"]),
        ("KeyError: 1\nKeyError: 2", ["KeyError: 1\n", "KeyError: 2"]),
        ("error: 0.1, Keras: 3, no ValueError", []),
    ],
)
def test_an_error_is_found_in_what_a_cell_prints(printed, messages):
    assert messages_of(cell(printed)) == messages


def test_an_error_of_any_name_is_found_where_the_cell_expects_it():
    printed = cell("Oddity: gone", source="with expected_error(odd.Oddity):\n    call()")
    assert without_row([printed], ["something else"]) == ["Oddity: gone"]
    assert without_row([printed], ["gone"]) == []


@pytest.mark.parametrize(
    ("text", "message", "listed"),
    [
        ("Invalid rank for input: x Got: 1", "Invalid rank for input: features Got: 3", True),
        ("the frame has no column 'plan'", "the frame has no column 'city'", True),
        ("the frame has no column 'plan'", "the frame has a column 'city'", False),
        ("Actual: (tensor(double)) , expected", "Actual: (tensor(int8)) , expected", True),
        ("KeyError: 'keras_tensor'", "KeyError: 'plan'", False),
    ],
)
def test_a_row_covers_a_message_with_names_and_numbers_of_its_own(text, message, listed):
    assert bool(re.search(pattern_of(text), message)) == listed


@BY_NAME
def test_each_row_has_all_it_needs_and_leads_to_a_section(chapter):
    sections = {section.anchor for section in chapter.sections}
    assert set(chapter.read_data("errors.yml")) <= {*KEYS, "unlisted"}
    for kind, keys in KEYS.items():
        for row in rows_of(chapter, kind):
            assert set(row) - {"thread"} == keys, name_of(row)
            assert row["phase"] in PHASES, name_of(row)
            assert row["section"] in sections, name_of(row)


def test_each_thread_stands_once_and_is_an_issue_or_a_pull_request():
    threads = [row["thread"] for row in every_row() if "thread" in row]
    assert len(threads) == len(set(threads))
    for thread in threads:
        assert re.fullmatch(r"https://github\.com/[\w-]+/[\w-]+/(issues|pull)/\d+", thread)


def test_each_text_stands_once_and_its_cause_is_a_short_sentence():
    names = [name_of(row) for row in every_row()]
    assert len(names) == len(set(names))
    for row in every_row():
        assert row["cause"].endswith((".", ".`", "`"))
        assert len(row["cause"]) <= 90, row["cause"]


def test_texts_of_other_versions_are_those_that_the_scripts_look_for():
    for row in ELSEWHERE["elsewhere"]:
        assert set(row) - {"thread", "script"} == {"text", "package", "cause", "versions"}
        assert {"thread", "script"} & set(row)
    named = {row["script"]: row["text"] for row in ELSEWHERE["elsewhere"] if "script" in row}
    assert set(named) == {path.stem for path in OLD_VERSIONS.glob("*.py")}
    for script, text in named.items():
        source = (OLD_VERSIONS / f"{script}.py").read_text(encoding="utf-8")
        [wanted] = re.findall(r"^WANTED = (.+)$", source, flags=re.MULTILINE)
        assert text == ast.literal_eval(wanted)


def test_texts_of_other_versions_do_not_occur_in_the_book():
    shown = [output_text(chapter) for chapter in CHAPTERS]
    for row in ELSEWHERE["elsewhere"]:
        assert all(row["text"] not in text for text in shown)
