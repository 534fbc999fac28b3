"""Messages of the code in other languages: complete, compiled, and of the same form."""

import gettext
import re
from io import BytesIO

import pytest
from babel.messages.mofile import read_mo

from tools import compiled
from tools.chapters import ROOT, Book
from tools.editions import languages


def names(text):
    """Places that a message has to fill."""
    return sorted(re.findall(r"\{[^}]*\}", text))


def texts(file):
    """Messages that a compiled file holds."""
    return {each.id: each.string for each in read_mo(BytesIO(file)) if each.id}


@pytest.fixture(params=languages(ROOT))
def language(request):
    return request.param


def test_every_message_of_the_code_is_translated(language):
    missing = compiled.missing(compiled.translated(ROOT, language))
    assert not missing, f"translate them in {language}/classroom.po after: make translations"


def test_a_translation_fills_the_same_places(language):
    for message in compiled.translated(ROOT, language):
        if message.id:
            assert names(message.id) == names(message.string), message.id


def test_the_compiled_messages_are_those_of_the_sources(language):
    wanted = compiled.content(Book(ROOT, language), compiled.translated(ROOT, language))
    stored = compiled.catalog(ROOT, language).read_bytes()
    assert texts(stored) == texts(wanted), "Run: make translations"


def test_a_message_that_changed_is_missing_and_not_compiled(tmp_path):
    for folder in ("classroom", "vi"):
        (tmp_path / folder).mkdir()
    (tmp_path / "classroom" / "one.py").write_text('_("Run the cell again.")\nlater("Stop.")\n')
    (tmp_path / "vi" / "classroom.po").write_text(
        'msgid "Run this cell again."\nmsgstr "Chạy lại ô này."\n\nmsgid "Stop."\nmsgstr "Dừng."\n'
    )
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: []\n")
    assert compiled.update(tmp_path, "vi") == ["Run the cell again."]
    assert "#, fuzzy" in (tmp_path / "vi" / "classroom.po").read_text()
    with compiled.catalog(tmp_path, "vi").open("rb") as file:
        found = gettext.GNUTranslations(file).gettext
    assert (found("Run the cell again."), found("Stop.")) == ("Run the cell again.", "Dừng.")
