"""No check of an exercise speaks English where the reader's language is another one."""

import ast
import re

import pytest

from classroom import machine
from classroom.lessons import read_checks
from tools import catalogs, translations
from tools.chapters import ROOT
from tools.editions import languages
from tools.pieces import key_of, pieces

CHECKS = sorted(ROOT.glob("chapters/*/checks.py"))
SOURCES = [*CHECKS, *(ROOT / f"classroom/{name}.py" for name in ("given", "parts"))]
SPOKEN = [*CHECKS, *sorted(ROOT.glob("classroom/*.py"))]
#: What functions that make a part call the texts that it shows.
SHOWN = {"advice", "form", "where", "why"}
ERRORS = {"NotYetError", "StopError"}


@pytest.fixture(scope="module")
def messages():
    """Texts that are in the catalog, in English."""
    return {each.id for each in catalogs.stored(ROOT, "vi", "classroom") if each.id}


def named(path):
    return path.parent.name


def is_said(text):
    """Whether a text is `_(...)`, or that with its places filled."""
    while isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        text = text.func.value
    return isinstance(text, ast.Call) and getattr(text.func, "id", "") == "_"


def english_only(code):
    """Lines of code that raise or compare with a text in English alone."""
    for node in ast.walk(ast.parse(code)):
        called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if called in ERRORS and not is_said(node.args[0]):
            yield node.lineno
        if called == "compare" and isinstance(node.args[2], ast.Constant | ast.JoinedStr):
            yield node.lineno


def shown(look):
    """Texts that a part shows, from what its function has closed over."""
    for name, cell in zip(look.__code__.co_freevars, look.__closure__ or (), strict=True):
        if name in SHOWN:
            yield cell.cell_contents
        elif callable(cell.cell_contents) and getattr(cell.cell_contents, "__closure__", None):
            yield from shown(cell.cell_contents)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_every_text_that_is_raised_is_said_in_the_language(path):
    lines = list(english_only(path.read_text(encoding="utf-8")))
    assert not lines, f"{path}: put the texts in these lines into _(...) or later(...)"


@pytest.mark.parametrize(
    "code",
    [
        'raise NotYetError("Not that.")',
        'raise StopError(f"Not {this}.")',
        'raise StopError("Not {this}.".format(this=1))',
        "raise NotYetError(advice)",
        'compare(right, found, "Not that.")',
    ],
)
def test_a_text_in_english_alone_is_found(code):
    assert list(english_only(code)) == [1]
    assert not list(english_only('raise NotYetError(_("Not {this}.").format(this=1))'))


@pytest.mark.parametrize("path", CHECKS, ids=named)
def test_every_name_and_advice_of_a_part_is_in_the_catalog(path, messages):
    parts = [part for parts in read_checks(path).EXERCISES.values() for part in parts]
    texts = {text for name, look in parts for text in (name, *shown(look))}
    assert not texts - messages, f"{path}: put them into later(...), then: make translations"


def test_the_advice_of_a_part_is_found_in_its_function():
    parts = read_checks(ROOT / "chapters/boosters/checks.py").EXERCISES[3]
    found = [text for _name, look in parts for text in shown(look)]
    assert len(found) == 2
    assert found[0] == "XGBoost decides in float32: tensor(float)."


def names_of_values(code):
    """Names that code gives to values."""
    nodes = ast.walk(ast.parse(code))
    return {
        each.id for each in nodes if isinstance(each, ast.Name) and type(each.ctx) is ast.Store
    }


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("classroom/*.py"), *ROOT.glob("chapters/*/checks.py")],
    ids=lambda path: str(path.parent.name),
)
def test_no_value_takes_the_name_of_the_function_that_says_a_message(path):
    code = path.read_text(encoding="utf-8")
    assert "from classroom.messages import _" not in code or "_" not in names_of_values(code)


def headings(page, language):
    """Headings of a page, each with what it is called in a language."""
    stored = translations.read((ROOT / language / page).read_text(encoding="utf-8"))
    for piece in pieces((ROOT / page).read_text(encoding="utf-8")):
        state, text = stored.get(key_of(piece.text), ("missing", ""))
        if piece.text.startswith("#") and state == "done":
            yield piece.text.lstrip("# "), text.lstrip("# ")


@pytest.mark.parametrize("language", languages(ROOT))
def test_a_section_is_called_what_it_is_called_on_the_translated_page(language):
    catalog = catalogs.stored(ROOT, language, "classroom")
    for path in CHECKS:
        called = dict(headings(f"chapters/{named(path)}.md", language))
        where = path.relative_to(ROOT).as_posix()
        for message in catalog:
            if where in dict(message.locations):
                for title in re.findall('"([^"]+)"', message.id):
                    assert called.get(title, title) in message.string, message.id
    called = dict(headings("chapters/reference/does-not-load.md", language))
    section = catalog.get(machine.LARGEST_SECTION)
    assert called.get(section.id, section.string) == section.string
