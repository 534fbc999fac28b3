"""Rows of the conversion table: their names, anchors, and what is told of them in words."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tools.messages import _, later, number
from tools.pages.conversion_words import word_of

#: Verdicts from the worst to the best, and what a reader sees.
VERDICTS = {
    "crashes": later("crashes"),
    "differs": later("runs and differs"),
    "no run": later("doesn't run"),
    "no load": later("doesn't load"),
    "refused": later("refused"),
    "not built": later("not measured"),
    "edge": later("same, unless rounding decides"),
    "same": later("same answers"),
}
Row = dict[str, Any]
PLACES = dict[tuple[str, ...], str]  # anchors of rows by their keys, and of names


def name_of(verdict: str) -> str:
    """Verdict as a reader sees it."""
    return _(VERDICTS[verdict])


def label(row: Row) -> str:
    """Name a row as people do: ``SVC(kernel='poly'), 2 classes``."""
    return f"{row['name']}({row['options']}), {row['rows']}"


def key(row: Row) -> tuple[str, str, str, str]:
    """What tells a row from all others."""
    return row["library"], row["name"], row["options"], row["rows"]


def slug(text: str) -> str:
    """Text as a part of an address.

    Examples
    --------
    >>> slug("KNeighborsClassifier weights='distance' 2 classes")
    'kneighborsclassifier-weights-distance-2-classes'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def anchors(rows: list[Row], taken: Iterable[str]) -> PLACES:
    """Anchor of each row and of each name; each only once on the page."""
    used = set(taken)
    found: PLACES = {}
    for library, name in dict.fromkeys(key(row)[:2] for row in rows):
        found[library, name] = unused(slug(name), used)
    for row in rows:
        text = " ".join([row["name"], row["options"] or "defaults", row["rows"]])
        found[key(row)] = unused(slug(text), used)
    return found


def unused(wanted: str, used: set[str]) -> str:
    """Anchor that is not taken yet, and is from now on."""
    number, found = 1, wanted
    while found in used:
        number += 1
        found = f"{wanted}-{number}"
    used.add(found)
    return found


def by_name(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows of each name, in alphabetical order."""
    found = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["name"].lower(), row["name"])):
        found[row["name"]].append(row)
    return dict(found)


def worst(rows: list[Row]) -> str:
    """Worst verdict of some rows; those that could not be measured count only if all are so."""
    found = {row["verdict"] for row in rows} - {"not built"} or {"not built"}
    return min(found, key=list(VERDICTS).index)


def by_given(rows: list[Row]) -> dict[tuple[str, ...], list[str]]:
    """Options of rows, by the list of what they were given."""
    given: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        given[row["options"]].append(row["rows"])
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for choice, kinds in given.items():
        found[tuple(kinds)].append(choice)
    return found


def masked(row: Row) -> str:
    """Text of a row without the first value in quotes of its options, which it may repeat.

    Examples
    --------
    >>> masked({"options": "metric='dice'", "text": "metric='dice' is not implemented"})
    'metric=... is not implemented'
    """
    text, value = row.get("text", ""), re.search(r"'[^']*'", row["options"])
    return text.replace(value[0], "...") if value else text


def numbers(row: Row) -> str:
    """How many rows differ, of how many, and by how much."""
    parts = []
    if row.get("differ"):
        counted = {"some": number(row["differ"]), "of": number(row["of"])}
        parts.append(_("{some} of {of} rows").format(**counted))
    for where, before in (("kinds", ""), ("edges", _("where rounding decides: "))):
        counts = [
            _("{kind} {some} of {of}").format(kind=word_of(kind), some=number(some), of=number(of))
            for kind, (some, of) in row.get(where, {}).items()
        ]
        parts += [before + ", ".join(counts)] if counts else []
    if parts and row.get("largest") is not None:
        parts.append(_("by up to {largest}").format(largest=number(row["largest"], ",.2g")))
    if parts and row.get("what") and row["what"] != "values":
        parts.append(word_of(row["what"]))
    return "; ".join(parts)


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them, in the language of the page."""
    *before, last = map(word_of, names)
    if not before:
        return last
    return _("{first} and {last}").format(first=", ".join(before), last=last)


def short(rows: list[Row]) -> list[str]:
    """Options of rows with what they were given."""
    return [
        _("{options} on {rows}").format(
            options=", ".join(choice or _("defaults") for choice in choices), rows=listed(kinds)
        )
        for kinds, choices in by_given(rows).items()
    ]
