"""Messages of the code in other languages: in step with it, compiled, and of the same form."""

import gettext
import re
import string
from io import BytesIO

import pytest
from babel.messages.mofile import read_mo

from tools import catalogs, messages
from tools.chapters import ROOT, Book
from tools.editions import languages


def fields(text):
    """Names of the fields of a text that is formatted."""
    return {name for _before, name, *_more in string.Formatter().parse(text) if name is not None}


def names(text):
    """Values of a message; what else stands in braces is code."""
    return sorted(re.findall(r"\{\w+\}", text))


def texts(file):
    """Messages that a compiled file holds."""
    return {each.id: each.string for each in read_mo(BytesIO(file)) if each.id}


@pytest.fixture(params=languages(ROOT))
def language(request):
    return request.param


@pytest.mark.parametrize("name", catalogs.SOURCES)
def test_a_catalog_has_the_messages_of_the_code_and_no_others(language, name):
    found = {message.id for message in catalogs.stored(ROOT, language, name) if message.id}
    wanted = {message.id for message in catalogs.extract(ROOT, name, language) if message.id}
    assert found == wanted, "run: make translations"


@pytest.mark.parametrize("name", catalogs.SOURCES)
def test_a_translation_has_the_fields_of_its_message(language, name):
    for message in catalogs.stored(ROOT, language, name):
        english = message.id[-1] if message.pluralizable else message.id
        for text in messages.forms(message) if english else ():
            if "python-brace-format" in message.flags:
                assert fields(text) == fields(english), english
            assert names(text) == names(english), english
            assert text[-1].isspace() == english[-1].isspace(), english


def test_the_compiled_messages_are_those_of_the_sources(language):
    wanted = catalogs.content(Book(ROOT, language), catalogs.stored(ROOT, language, "classroom"))
    stored = catalogs.compiled(ROOT, language).read_bytes()
    assert texts(stored) == texts(wanted), "run: make translations"


def test_a_message_that_changed_is_missing_and_not_compiled(tmp_path, capsys):
    for folder in ("classroom", "vi"):
        (tmp_path / folder).mkdir()
    (tmp_path / "classroom" / "one.py").write_text('_("Run the cell again.")\nlater("Stop.")\n')
    (tmp_path / "vi" / "classroom.po").write_text(
        'msgid "Run this cell again."\nmsgstr "Chạy lại ô này."\n\nmsgid "Stop."\nmsgstr "Dừng."\n'
    )
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: []\n")
    (tmp_path / "index.md").write_text("# A book\n")
    catalogs.update(tmp_path, "vi")
    assert "#, fuzzy" in (tmp_path / "vi" / "classroom.po").read_text()
    with catalogs.compiled(tmp_path, "vi").open("rb") as file:
        found = gettext.GNUTranslations(file).gettext
    assert (found("Run the cell again."), found("Stop.")) == ("Run the cell again.", "Dừng.")
    catalogs.report(tmp_path)
    assert "vi/classroom.po: missing: Run the cell again." in capsys.readouterr().out
