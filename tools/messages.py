"""Say what the tools write into pages in the language of the page: gettext, without its globals.

English is what the code has, also that of the scripts and templates in ``web``.
``LANGUAGE/messages.po`` has the translations, and ``python -m tools messages`` takes over what was
added to the code, changed, or taken out.
"""

import argparse
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po
from markupsafe import Markup

from tools.chapters import ROOT
from tools.editions import ENGLISH, MARKS

#: A message: its text, or its texts for one and for many.
Message = str | tuple[str, ...]
#: Who marks a message in the code of the tools, and in the scripts and templates of the pages.
CODE = {**DEFAULT_KEYWORDS, "later": None}
WEB = {"say": None, "later": None, "sayCount": (1, 2), "laterCount": (1, 2)}
NOT_OURS = {"node_modules", "dist"}

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
    forms = translations_of(text)
    return forms[0] if forms else text


def ngettext(one: str, many: str, count: int) -> str:
    """One of two messages, as the number decides."""
    forms = translations_of(one) or (one, many)
    return forms[0] if count == 1 else forms[-1]


def say(text: str, **values: object) -> Markup:
    r"""Message of a template, which may have tags; its line breaks don't count.

    Examples
    --------
    >>> say("Drop <b>{name}</b>\n   here", name="a < b")
    Markup('Drop <b>a &lt; b</b>\n   here')
    """
    forms = translations_of(in_one_line(text))
    return Markup(forms[0] if forms else text).format(**values)


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
        forms = forms_of(message.string)
        if forms and any(file.suffix == ".js" and str(file.parent) in ours for file in files):
            if isinstance(message.id, str):
                found[message.id] = forms[0]
            else:
                found[message.id[0]] = forms
    return found


def translations_of(text: str) -> tuple[str, ...]:
    """Forms of a message in the language that is set; none where it has none."""
    if language.get() == ENGLISH or not text:  # to gettext, no text is the header
        return ()
    found = catalog(language.get()).get(text)
    return forms_of(found.string) if found else ()


def forms_of(said: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Forms of a translation; none where it has none."""
    forms = (said,) if isinstance(said, str) else tuple(said or ())
    return forms if all(forms) else ()


def later(text: str) -> str:
    """Mark a message that is said later, by `_`, when a language is set."""
    return text


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


def number(value: float, form: str = ",") -> str:
    """Format a number as people write it: 2,000 in English, 2.000 in Vietnamese.

    Examples
    --------
    >>> number(2000)
    '2,000'
    """
    text = format(value, form)
    return text if language.get() == ENGLISH else text.translate(str.maketrans(",.", ".,"))


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
            "python -m tools messages writes it"
        )
    with path.open("rb") as file:
        return read_po(file, locale=name, charset="utf-8")


def extract() -> dict[Message, list[str]]:
    """Messages in the code of tools and pages, and the files that each is in."""
    found: dict[Message, list[str]] = {}
    for folder, methods, keywords in (
        ("tools", [("**.py", "python")], CODE),
        ("web", [("*/*.js", "javascript"), ("*/*.html", "jinja2.ext:babel_extract")], WEB),
    ):
        rows = extract_from_dir(
            ROOT / folder, methods, keywords=keywords, directory_filter=is_ours
        )
        for file, _line, message, *_more in rows:
            key = message
            if isinstance(message, str) and file.endswith(".html"):
                key = in_one_line(message)
            files = found.setdefault(key, [])
            if (name := f"{folder}/{file}") not in files:
                files.append(name)
    return found


def is_ours(folder: str) -> bool:
    """Whether what is in a folder was written for this book."""
    return Path(folder).name not in NOT_OURS and not Path(folder).name.startswith((".", "_"))


def update(name: str) -> list[str]:
    """Bring the catalog of a language up to date; return what waits for a translation."""
    path = ROOT / name / "messages.po"
    old = catalog(name) if path.exists() else Catalog()
    new = Catalog(locale=name, charset="utf-8")
    missing = []
    for message, files in extract().items():
        text = message if isinstance(message, str) else message[0]
        found = old.get(text)
        said = forms_of(found.string) if found else ()
        if not said:
            missing.append(text)
        string = (said[0] if isinstance(message, str) else said) if said else ""
        new.add(message, string, locations=[(file, 0) for file in sorted(files)])
    with path.open("wb") as output:
        write_po(output, new, width=0, omit_header=True, include_lineno=False)
    catalog.cache_clear()
    return missing


def main(arguments: list[str]) -> None:
    """Bring the catalogs of all languages up to date, and print what is missing."""
    parser = argparse.ArgumentParser(prog="messages", description=__doc__.splitlines()[0])
    parser.parse_args(arguments)
    for name in MARKS:
        missing = update(name)
        for text in missing:
            print(f"messages: {name}/messages.po: missing: {text}")
        print(f"messages: {name}: {len(missing)} missing")
