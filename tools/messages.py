"""Say what the tools write into pages in the language of the page: gettext, without its globals.

English is what the code has, also that of the scripts and templates in ``web``.
``LANGUAGE/messages.po`` has the translations; `tools.catalogs` keeps it up to date.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from markupsafe import Markup

# Both are said as `classroom` says them: `speaking` sets its language, too.
from classroom.messages import later as later
from classroom.messages import number as number
from tools.chapters import ROOT
from tools.editions import ENGLISH

language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Say messages in this language until the end of the block, those of `classroom`, too."""
    before, setting = language.set(name), os.environ.get("LANGUAGE", "")
    os.environ["LANGUAGE"] = name
    try:
        yield
    finally:
        language.reset(before)
        os.environ["LANGUAGE"] = setting


def _(text: str) -> str:
    """Message in the language that is set, or in English where nobody translated it."""
    said = translations_of(text)
    return said[0] if said else text


def ngettext(one: str, many: str, count: int) -> str:
    """One of two messages, as the number decides."""
    said = translations_of(one) or (one, many)
    return said[0] if count == 1 else said[-1]


def say(text: str, **values: object) -> Markup:
    r"""Message of a template, which may have tags; its line breaks don't count.

    Examples
    --------
    >>> say("Drop <b>{name}</b>\n   here", name="a < b")
    Markup('Drop <b>a &lt; b</b>\n   here')
    """
    said = translations_of(in_one_line(text))
    return Markup(said[0] if said else text).format(**values)


def in_one_line(text: str) -> str:
    """Text with a blank for each line break and what is around it."""
    return re.sub(r"\s*\n\s*", " ", text)


def of_scripts(folder: str) -> dict[str, str | tuple[str, ...]]:
    """Messages of the scripts in a folder of ``web``, and of what all share, that are translated.

    Returns
    -------
    dict
        As ``web/shared/messages.js`` takes them: by the English message, for one where there are
        two, what is said; then it's the forms.
    """
    ours = {f"web/{folder}", "web/shared"}
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalog(language.get()):
        files = [Path(file) for file, _line in message.locations]
        said = forms(message)
        if said and any(file.suffix == ".js" and str(file.parent) in ours for file in files):
            if isinstance(message.id, str):
                found[message.id] = said[0]
            else:
                found[message.id[0]] = said
    return found


def translations_of(text: str) -> tuple[str, ...]:
    """Forms of a message in the language that is set; none where it has none."""
    if language.get() == ENGLISH or not text:  # to gettext, no text is the header
        return ()
    found = catalog(language.get()).get(text)
    return forms(found) if found else ()


def forms(message: Message) -> tuple[str, ...]:
    """Forms of a translation; none where it has none, or where its message changed."""
    said = message.string
    found = (said,) if isinstance(said, str) else tuple(said or ())
    return found if all(found) and not message.fuzzy else ()


def day(when: date) -> str:
    """Date as people write it.

    Examples
    --------
    >>> day(date(2026, 11, 5))
    'November 5, 2026'
    """
    return _("{month} {day}, {year}").format(month=named(when), day=when.day, year=when.year)


def month(when: date) -> str:
    """Month and year as people write them.

    Examples
    --------
    >>> month(date(2026, 11, 5))
    'November 2026'
    """
    return _("{month} {year}").format(month=named(when), year=when.year)


def named(when: date) -> str:
    """Month of a date: by its name in English, by its number elsewhere."""
    return when.strftime("%B") if language.get() == ENGLISH else str(when.month)


@cache
def catalog(name: str) -> Catalog:
    """Messages of a language.

    Raises
    ------
    FileNotFoundError
        When the language has none.
    """
    path = ROOT / name / "messages.po"
    if not path.exists():
        raise FileNotFoundError(
            f"expected the messages of the language {name!r} in {path}, found no such file; "
            "make translations writes it"
        )
    with path.open("rb") as file:
        return read_po(file, locale=name, charset="utf-8")
