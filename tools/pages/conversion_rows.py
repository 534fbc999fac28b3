"""Rows of the conversion table as light HTML: one section for each estimator or layer.

There are about 2,000 rows, so rows of one name with the same verdict and the same text stand
together. Each row still has an anchor of its own.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

#: Verdicts from the worst to the best, and what a reader sees.
VERDICTS = {
    "crashes": "crashes",
    "differs": "runs and differs",
    "no run": "doesn't run",
    "no load": "doesn't load",
    "refused": "refused",
    "not built": "not measured",
    "edge": "same but at edges",
    "same": "same answers",
}
BOX = """<form class="convert-box pst-js-only" role="search" hidden>
<label>Name or error text
<input type="search" name="q" autocomplete="off" spellcheck="false"></label>
<label>Verdict <select name="verdict"><option value="">all</option>{}</select></label>
</form>
<p class="convert-status" role="status"></p>
<div class="convert-found"></div>
<script type="module" src="../../live/convert.js"></script>"""
BOX = BOX.format(
    "".join(f'<option value="{key}">{name}</option>' for key, name in VERDICTS.items())
)
ROWS = list[dict[str, Any]]
PLACES = dict[tuple[str, ...], str]  # anchors of rows by their keys, and of names
# One argument by name, with nothing behind it.
ONE_ARGUMENT = re.compile(r"(\w+)=([^,=()\[\]{}]+|[^=]*[)\]}])")


def raw(html: str) -> str:
    """Block of raw HTML in Markdown."""
    return f"```{{raw}} html\n{html.strip()}\n```" if html.strip() else ""


def label(row: dict[str, Any]) -> str:
    """Name a row as people do: ``SVC(kernel='poly'), 2 classes``."""
    return f"{row['name']}({row['options']}), {row['rows']}"


def key(row: dict[str, Any]) -> tuple[str, str, str, str]:
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


def anchors(rows: ROWS, taken: Iterable[str]) -> PLACES:
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


def code(text: str) -> str:
    """Text in code font."""
    return f"<code>{escape(text, quote=False)}</code>"


def link(address: str, text: str) -> str:
    """Link; a text of Markdown's in code font becomes one of HTML's."""
    shown = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
    return f'<a href="{escape(address)}">{shown}</a>'


def by_name(rows: ROWS) -> dict[str, ROWS]:
    """Rows of each name, in alphabetical order."""
    found = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["name"].lower(), row["name"])):
        found[row["name"]].append(row)
    return dict(found)


def worst(rows: ROWS) -> str:
    """Worst verdict of some rows; those that could not be measured count only if all are so."""
    found = {row["verdict"] for row in rows} - {"not built"} or {"not built"}
    return min(found, key=list(VERDICTS).index)


def glance(rows: ROWS, places: PLACES) -> str:
    """Names by what becomes of them, each with a link to its rows."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, each in by_name(rows).items():
        verdicts = {row["verdict"] for row in each} - {"not built"}
        if not verdicts:
            kind = "not measured"
        elif verdicts <= {"same", "edge"}:
            kind = "every row measured has the same answers"
        elif not verdicts & {"same", "edge", "differs"}:
            kind = "no row measured runs"
        elif "differs" in verdicts:
            kind = "some rows run and differ"
        else:
            kind = "some rows are refused, don't load, or don't run"
        groups[kind].append(link(f"#{places[key(each[0])[:2]]}", name))
    order = (
        "every row measured has the same answers",
        "some rows are refused, don't load, or don't run",
        "some rows run and differ",
        "no row measured runs",
        "not measured",
    )
    return "".join(
        f'<p class="convert-glance"><b>{kind[0].upper()}{kind[1:]}</b> ({len(groups[kind])}): '
        f"{', '.join(groups[kind])}.</p>\n"
        for kind in order
        if groups[kind]
    )


def sections(
    rows: ROWS,
    places: PLACES,
    notes: dict[tuple[str, ...], tuple[str, str]],
    way: Callable[[dict[str, Any]], str],
) -> str:
    """Section of each name.

    Parameters
    ----------
    rows : list of dict
        As `tools.proof.conversions` describes them.
    places : dict
        As `anchors` returns it.
    notes : dict
        Anchor and title of the note of a row, by its key.
    way : callable
        HTML of the link to the way out of a row; empty where there is none.
    """
    found = []
    for name, each in by_name(rows).items():
        place = places[key(each[0])[:2]]
        groups: dict[tuple, ROWS] = defaultdict(list)
        for row in each:
            groups[group_of(row, notes)].append(row)
        ordered = sorted(
            groups.values(), key=lambda some: list(VERDICTS).index(some[0]["verdict"])
        )
        shown = "".join(group(some, places, notes, way) for some in ordered)
        found.append(
            f'<section class="convert" id="{place}">\n<h3>{escape(name)}'
            f'<a class="headerlink" href="#{place}" title="Link to these rows">#</a></h3>\n'
            f"<dl>\n{shown}</dl>\n{inside(each)}</section>\n"
        )
    return "".join(found)


def group_of(row: dict[str, Any], notes: dict[tuple[str, ...], tuple[str, str]]) -> tuple:
    """What rows share that stand together."""
    newest = row.get("newest", {})
    return (
        row["verdict"],
        masked(row),
        notes.get(key(row)),
        tuple(row.get("form", ())),
        tuple(row.get("fails", ())),
        (newest.get("verdict"), newest.get("text")),
    )


def masked(row: dict[str, Any]) -> str:
    """Text of a row without the first value in quotes of its options, which it may repeat.

    Examples
    --------
    >>> masked({"options": "metric='dice'", "text": "metric='dice' is not implemented"})
    'metric=... is not implemented'
    """
    text, value = row.get("text", ""), re.search(r"'[^']*'", row["options"])
    return text.replace(value[0], "...") if value else text


def group(
    rows: ROWS,
    places: PLACES,
    notes: dict[tuple[str, ...], tuple[str, str]],
    way: Callable[[dict[str, Any]], str],
) -> str:
    """Rows with the same verdict and text, under one term."""
    first = rows[0]
    verdict = first["verdict"]
    numbered = any(numbers(row) for row in rows)
    parts = [one_by_one(rows, places) if numbered else together(rows, places)]
    if text := first.get("text"):
        each = any(row.get("text") != text for row in rows)
        kind, others = (" convert-each", " and so on") if each else ("", "")
        parts.append(f'<p class="convert-text{kind}">{code(text)}{others}</p>')
    if fails := first.get("fails"):
        parts.append(f"<p>The file doesn't take: {', '.join(fails)}.</p>")
    if form := first.get("form"):
        said = escape("; ".join(dict.fromkeys(form)))
        parts.append(f"<p>The file's output has a different form: {said}.</p>")
    if newest := first.get("newest"):
        said = f": {code(newest['text'])}" if newest.get("text") else ""
        parts.append(f"<p>With the newest versions: {VERDICTS[newest['verdict']]}{said}.</p>")
    note, out = notes.get(key(first)), way(first)
    if note:
        parts.append(f"<p>Why: {link(f'#{note[0]}', note[1])}.</p>")
    if out:
        parts.append(f"<p>What to do: {out}.</p>")
    kind = verdict.replace(" ", "-")
    return f'<div class="{kind}"><dt>{VERDICTS[verdict]}</dt><dd>{"".join(parts)}</dd></div>\n'


def numbers(row: dict[str, Any]) -> str:
    """How many rows differ, of how many, and by how much."""
    parts = []
    if row.get("differ"):
        parts.append(f"{row['differ']:,} of {row['of']:,} rows")
    for where, before in (("kinds", ""), ("edges", "at edges ")):
        counts = [f"{kind} {some:,} of {of:,}" for kind, (some, of) in row.get(where, {}).items()]
        parts += [before + ", ".join(counts)] if counts else []
    if parts and row.get("largest") is not None:
        parts.append(f"by up to {row['largest']:,.2g}")
    if parts and row.get("what") and row["what"] != "values":
        parts.append(row["what"])
    return "; ".join(parts)


def one_by_one(rows: ROWS, places: PLACES) -> str:
    """List of rows with their numbers."""
    items = "".join(
        f'<li id="{places[key(row)]}">{options(row)} on {escape(row["rows"])}: '
        f"{escape(numbers(row) or 'no numbers')}</li>"
        for row in rows
    )
    return f"<ul>{items}</ul>"


def options(row: dict[str, Any]) -> str:
    """Options of a row as they are shown."""
    return code(row["options"]) if row["options"] else "defaults"


def together(rows: ROWS, places: PLACES) -> str:
    """Options of rows, for each list of what they were given; values of one option together."""
    at = {(row["options"], row["rows"]): places[key(row)] for row in rows}
    lines = []
    for kinds, choices in by_given(rows).items():
        values: dict[str, list[str]] = defaultdict(list)  # one argument's together
        for choice in choices:
            ids = [at[choice, kind] for kind in kinds]
            single = ONE_ARGUMENT.fullmatch(choice)
            name, shown = (f"{single[1]}=", single[2]) if single else (choice, choice)
            values[name].append(marked(shown, ids, plain=not choice))
        texts = [
            f"{code(name)} {', '.join(each)}" if ONE_ARGUMENT.fullmatch(f"{name}1") else each[0]
            for name, each in values.items()
        ]
        lines.append(f"<p>{'; '.join(texts)} on {escape(listed(kinds))}</p>")
    return "".join(lines)


def marked(text: str, ids: list[str], *, plain: bool) -> str:
    """Options with the anchors of their rows."""
    more = "".join(f'<i id="{one}"></i>' for one in ids[1:])
    if plain:
        return f'<span id="{ids[0]}">{more}defaults</span>'
    return f'<code id="{ids[0]}">{more}{escape(text, quote=False)}</code>'


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def inside(rows: ROWS) -> str:
    """Smallest opset, operators, fragile rows and the outcome for float64, folded away."""
    groups: dict[tuple, ROWS] = defaultdict(list)
    for row in rows:
        if row.get("operators"):
            facts = row.get("opset"), tuple(row["operators"]), tuple(row.get("tried", ()))
            groups[facts].append(row)
    items = []
    for (opset, operators, tried), some in groups.items():
        of = "" if len(groups) == 1 else f"{escape('; '.join(short(some)))}: "
        smallest = f"opset {opset} or later; " if opset else ""
        fragile = [kind for kind in tried if kind != "one row"]
        with_rows = f"; fragile rows: {', '.join(fragile)}" if fragile else ""
        names = ", ".join(name.rpartition(":")[2] for name in operators)
        items.append(f"<li>{of}{smallest}{escape(names + with_rows)}</li>")
    items += doubles(rows)
    if not items:
        return ""
    return (
        "<details><summary>Smallest opset, operators, fragile rows, float64</summary>"
        f"<ul>{''.join(items)}</ul></details>\n"
    )


def doubles(rows: ROWS) -> list[str]:
    """What becomes of rows that are given and fed as float64, the worst first."""
    groups: dict[tuple[str, str], ROWS] = defaultdict(list)
    for row in rows:
        if outcome := row.get("float64"):
            groups[outcome["verdict"], outcome.get("text") or numbers(outcome)].append(row)
    order = sorted(groups, key=lambda found: list(VERDICTS).index(found[0]))
    items = []
    for verdict, said in order:
        some = groups[verdict, said]
        of = "" if len(groups) == 1 else f", {escape('; '.join(short(some)))}"
        more = f": {escape(said, quote=False)}" if said else ""
        items.append(f"<li>with float64 in{of}: {VERDICTS[verdict]}{more}</li>")
    return items


def short(rows: ROWS) -> list[str]:
    """Options of rows with what they were given."""
    return [
        f"{', '.join(choice or 'defaults' for choice in choices)} on {listed(kinds)}"
        for kinds, choices in by_given(rows).items()
    ]


def by_given(rows: ROWS) -> dict[tuple[str, ...], list[str]]:
    """Options of rows, by the list of what they were given."""
    given: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        given[row["options"]].append(row["rows"])
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for choice, kinds in given.items():
        found[tuple(kinds)].append(choice)
    return found


def affected(rows: ROWS, places: PLACES) -> str:
    """Names of the rows that a note explains, with how many there are."""
    groups = by_name(rows)
    links = [
        link(f"#{places[key(some[0])[:2]]}", name) + (f" ({len(some)})" if len(some) > 1 else "")
        for name, some in groups.items()
    ]
    return f'<p class="convert-glance">Rows: {", ".join(links)}.</p>'
