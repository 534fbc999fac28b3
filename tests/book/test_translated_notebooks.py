"""A translated notebook has the code and the outputs of the English one; only words are other."""

import copy
import re

import pytest

from tools.chapters import ROOT, read_book
from tools.editions import languages
from tools.notebook import code_cells, current, read_notebook, same_cells, tags_of

CHAPTERS = pytest.mark.parametrize(
    "chapter",
    [chapter for language in languages(ROOT) for chapter in read_book(ROOT, language)],
    ids=lambda chapter: f"{chapter.edition.language}-{chapter.name}",
)

# What `check_answer` says of an answer that is right, and of none.
VERDICT = re.compile(r"exercise \S+: solved|  .+: right|No answer yet: .+")


@CHAPTERS
def test_it_is_stored_as_its_translation_is_now(chapter):
    stored = read_notebook(chapter.notebook)
    assert same_cells(stored, current(chapter)), "run: make prose"


@CHAPTERS
def test_its_code_is_the_english_code(chapter):
    english, own = read_notebook(chapter.ran), read_notebook(chapter.notebook)
    assert [cell.cell_type for cell in own.cells] == [cell.cell_type for cell in english.cells]
    for here, there in zip(code_cells(own), code_cells(english), strict=True):
        assert (here.id, without_alt(here)) == (there.id, without_alt(there))
        source = LANGUAGE.sub("", here.source) if is_setup(here) else here.source
        assert source == there.source
        assert (source != here.source) == is_setup(here)


@CHAPTERS
def test_its_outputs_are_the_english_outputs_but_for_quizzes_and_verdicts(chapter):
    own = code_cells(read_notebook(chapter.notebook))
    for here, there in zip(own, code_cells(read_notebook(chapter.ran)), strict=True):
        assert here.execution_count == there.execution_count
        if "show_quiz(" in here.source:
            assert [set(output.data) for output in here.outputs] == [{"text/html", "text/plain"}]
        elif "check_answer(" in here.source:
            for line, english in zip(lines(here), lines(there), strict=True):
                assert line == english or VERDICT.fullmatch(english)
        else:
            assert here.outputs == there.outputs


# What the first cell says in another language.
LANGUAGE = re.compile(r'^(?:import os|os\.environ\["LANGUAGE"\] = "\w+")\n', re.MULTILINE)


def is_setup(cell):
    return "setup" in tags_of(cell)


def without_alt(cell):
    """Metadata but for what stands for a picture, which is prose."""
    metadata = copy.deepcopy(dict(cell.metadata))
    if "mystnb" in metadata:
        metadata["mystnb"]["image"].pop("alt", None)
    return metadata


def lines(cell):
    """All that a cell shows, as text."""
    shown = [each.get("text") or each["data"] for each in cell.outputs]
    return [
        line
        for each in shown
        for text in ([each] if isinstance(each, str) else each.values())
        for line in text.splitlines()
    ]
