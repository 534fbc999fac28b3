"""Rows of the conversion table as light HTML: one section for each estimator or layer.

There are about 2,000 rows, so rows of one name with the same verdict and the same text stand
together. Each row still has an anchor of its own.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from html import escape

from tools.messages import _, later
from tools.pages.conversion_rows import (
    PLACES,
    VERDICTS,
    Row,
    by_given,
    by_name,
    key,
    listed,
    masked,
    name_of,
    numbers,
    short,
)
from tools.pages.conversion_words import word_of

BOX = """<form class="convert-box pst-js-only" role="search" hidden>
<label>{name}
<input type="search" name="q" autocomplete="off" spellcheck="false"></label>
<label>{verdict} <select name="verdict"><option value="">{all}</option>{options}</select></label>
</form>
<p class="convert-status" role="status"></p>
<div class="convert-found"></div>
<script type="module" src="../../live/convert.js"></script>"""
# One argument by name, with nothing behind it.
ONE_ARGUMENT = re.compile(r"(\w+)=([^,=()\[\]{}]+|[^=]*[)\]}])")
#: What becomes of the rows of a name.
KINDS = (
    later("Every row measured has the same answers"),
    later("Some rows are refused, don't load, or don't run"),
    later("Some rows run and differ"),
    later("No row measured runs"),
    later("Not measured"),
)
#: Paragraphs that stand below a row: its cause, where to go, what an upgrade would change.
Hints = Callable[[Row], tuple[str, ...]]


def box() -> str:
    """Form above the table: a name or a text, and a verdict."""
    return BOX.format(
        name=_("Name or error text"),
        verdict=_("Verdict"),
        all=_("all"),
        options="".join(
            f'<option value="{key}">{_(name)}</option>' for key, name in VERDICTS.items()
        ),
    )


def raw(html: str) -> str:
    """Block of raw HTML in Markdown."""
    return f"```{{raw}} html\n{html.strip()}\n```" if html.strip() else ""


def code(text: str) -> str:
    """Text in code font."""
    return f"<code>{escape(text, quote=False)}</code>"


def link(address: str, text: str) -> str:
    """Link; a text of Markdown's in code font becomes one of HTML's."""
    shown = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
    return f'<a href="{escape(address)}">{shown}</a>'


def glance(rows: list[Row], places: PLACES) -> str:
    """Names by what becomes of them, each with a link to its rows."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, each in by_name(rows).items():
        verdicts = {row["verdict"] for row in each} - {"not built"}
        if not verdicts:
            kind = KINDS[4]
        elif verdicts <= {"same", "edge"}:
            kind = KINDS[0]
        elif not verdicts & {"same", "edge", "differs"}:
            kind = KINDS[3]
        elif "differs" in verdicts:
            kind = KINDS[2]
        else:
            kind = KINDS[1]
        groups[kind].append(link(f"#{places[key(each[0])[:2]]}", name))
    return "".join(
        f'<p class="convert-glance"><b>{_(kind)}</b> ({len(groups[kind])}): '
        f"{', '.join(groups[kind])}.</p>\n"
        for kind in KINDS
        if groups[kind]
    )


def sections(
    rows: list[Row],
    places: PLACES,
    hints: Hints,
) -> str:
    """Section of each name.

    Parameters
    ----------
    rows : list of dict
        As `tools.proof.conversions` describes them.
    places : dict
        As `anchors` returns it.
    hints : callable
        Paragraphs that stand below a row, as HTML; rows with others do not stand together.
    """
    found = []
    for name, each in by_name(rows).items():
        place = places[key(each[0])[:2]]
        groups: dict[tuple, list[Row]] = defaultdict(list)
        for row in each:
            groups[group_of(row, hints)].append(row)
        ordered = sorted(
            groups.values(), key=lambda some: list(VERDICTS).index(some[0]["verdict"])
        )
        shown = "".join(group(some, places, hints) for some in ordered)
        title = _("Link to these rows")
        found.append(
            f'<section class="convert" id="{place}">\n<h3>{escape(name)}'
            f'<a class="headerlink" href="#{place}" title="{title}">#</a></h3>\n'
            f"<dl>\n{shown}</dl>\n{inside(each)}</section>\n"
        )
    return "".join(found)


def group_of(row: Row, hints: Hints) -> tuple:
    """What rows share that stand together."""
    newest = row.get("newest", {})
    return (
        row["verdict"],
        masked(row),
        hints(row),
        tuple(row.get("form", ())),
        tuple(row.get("fails", ())),
        (newest.get("verdict"), newest.get("text")),
    )


def group(
    rows: list[Row],
    places: PLACES,
    hints: Hints,
) -> str:
    """Rows with the same verdict and text, under one term."""
    first = rows[0]
    numbered = any(numbers(row) for row in rows)
    parts = [one_by_one(rows, places) if numbered else together(rows, places)]
    if text := first.get("text"):
        each = any(row.get("text") != text for row in rows)
        kind, others = (" convert-each", _(" and so on")) if each else ("", "")
        parts.append(f'<p class="convert-text{kind}">{code(text)}{others}</p>')
    if fails := first.get("fails"):
        said = _("The file doesn't take: {rows}.").format(rows=", ".join(map(word_of, fails)))
        parts.append(f"<p>{said}</p>")
    if form := first.get("form"):
        form = escape("; ".join(map(word_of, dict.fromkeys(form))))
        said = _("The file's output has a different form: {form}.").format(form=form)
        parts.append(f"<p>{said}</p>")
    if newest := first.get("newest"):
        verdict = name_of(newest["verdict"])
        verdict += f": {code(newest['text'])}" if newest.get("text") else ""
        said = _("With the newest versions: {verdict}.").format(verdict=verdict)
        parts.append(f"<p>{said}</p>")
    parts += [f"<p>{hint}</p>" for hint in hints(first)]
    kind, verdict = first["verdict"].replace(" ", "-"), name_of(first["verdict"])
    return f'<div class="{kind}"><dt>{verdict}</dt><dd>{"".join(parts)}</dd></div>\n'


def one_by_one(rows: list[Row], places: PLACES) -> str:
    """List of rows with their numbers."""
    nothing = _("no numbers")
    items = "".join(
        f'<li id="{places[key(row)]}">{on(options(row), escape(word_of(row["rows"])))}: '
        f"{escape(numbers(row) or nothing)}</li>"
        for row in rows
    )
    return f"<ul>{items}</ul>"


def options(row: Row) -> str:
    """Options of a row as they are shown."""
    return code(row["options"]) if row["options"] else _("defaults")


def on(choice: str, given: str) -> str:
    """Options, and the rows that they were given."""
    return _("{options} on {rows}").format(options=choice, rows=given)


def together(rows: list[Row], places: PLACES) -> str:
    """Options of rows, for each list of what they were given; values of one option together."""
    at = {(row["options"], row["rows"]): places[key(row)] for row in rows}
    lines = []
    for kinds, choices in by_given(rows).items():
        values: dict[str, list[str]] = defaultdict(list)  # one argument's together
        for choice in choices:
            ids = [at[choice, kind] for kind in kinds]
            single = ONE_ARGUMENT.fullmatch(choice)
            name, shown = (f"{single[1]}=", single[2]) if single else (choice, choice)
            values[name].append(marked(shown or _("defaults"), ids, plain=not choice))
        texts = [
            f"{code(name)} {', '.join(each)}" if ONE_ARGUMENT.fullmatch(f"{name}1") else each[0]
            for name, each in values.items()
        ]
        lines.append(f"<p>{on('; '.join(texts), escape(listed(kinds)))}</p>")
    return "".join(lines)


def marked(text: str, ids: list[str], *, plain: bool) -> str:
    """Options with the anchors of their rows."""
    more = "".join(f'<i id="{one}"></i>' for one in ids[1:])
    if plain:
        return f'<span id="{ids[0]}">{more}{text}</span>'
    return f'<code id="{ids[0]}">{more}{escape(text, quote=False)}</code>'


def inside(rows: list[Row]) -> str:
    """Smallest opset, operators, fragile rows and the outcome for float64, folded away."""
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("operators"):
            facts = row.get("opset"), tuple(row["operators"]), tuple(row.get("tried", ()))
            groups[facts].append(row)
    items = []
    for (opset, operators, tried), some in groups.items():
        of = "" if len(groups) == 1 else f"{escape('; '.join(short(some)))}: "
        smallest = _("opset {opset} or later; ").format(opset=opset) if opset else ""
        fragile = [kind for kind in tried if kind != "one row"]
        listed_rows = _("; fragile rows: {rows}").format(rows=", ".join(map(word_of, fragile)))
        with_rows = listed_rows if fragile else ""
        names = ", ".join(name.rpartition(":")[2] for name in operators)
        items.append(f"<li>{of}{smallest}{escape(names + with_rows)}</li>")
    items += doubles(rows)
    if not items:
        return ""
    title = _("Smallest opset, operators, fragile rows, float64")
    return f"<details><summary>{title}</summary><ul>{''.join(items)}</ul></details>\n"


def doubles(rows: list[Row]) -> list[str]:
    """What becomes of rows that are given and fed as float64, the worst first."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if outcome := row.get("float64"):
            groups[outcome["verdict"], outcome.get("text") or numbers(outcome)].append(row)
    order = sorted(groups, key=lambda found: list(VERDICTS).index(found[0]))
    items = []
    for verdict, said in order:
        some = groups[verdict, said]
        of = "" if len(groups) == 1 else f", {escape('; '.join(short(some)))}"
        more = f": {escape(said, quote=False)}" if said else ""
        start = _("with float64 in")
        items.append(f"<li>{start}{of}: {name_of(verdict)}{more}</li>")
    return items


def affected(rows: list[Row], places: PLACES, *, plain: bool = False) -> str:
    """Names of rows, with how many there are; plain, without a paragraph around them."""
    groups = by_name(rows)
    links = [
        link(f"#{places[key(some[0])[:2]]}", name) + (f" ({len(some)})" if len(some) > 1 else "")
        for name, some in groups.items()
    ]
    listed = ", ".join(links)
    said = _("Rows: {rows}.").format(rows=listed)
    return listed if plain else f'<p class="convert-glance">{said}</p>'
