"""What converts: the measured rows of every layer and estimator, as parts of a page.

``make conversions`` writes the rows; `tools.proof.conversions` says what each key means. Causes
and ways out are written by hand; `tools.pages.conversion_notes` says how.
"""

from collections import Counter
from datetime import date
from posixpath import dirname, relpath

from tools.chapters import Book, anchor
from tools.messages import _, day, number
from tools.pages import conversion_html as html
from tools.pages.blocks import HEADING, table
from tools.pages.conversion_notes import (
    LIBRARIES,
    NOTES,
    PAGE,
    Branch,
    Note,
    Table,
    read_table,
)
from tools.pages.conversion_rows import PLACES, VERDICTS, Row, anchors, key, name_of
from tools.pages.error_index import thread
from tools.pages.sections import place_of

TITLES = {"scikit-learn": "scikit-learn", "keras": "Keras", "boosters": "Boosters"}
FIXED = "fixed-and-not-released"  # anchor of the section about what is merged upstream


def values(book: Book) -> dict[str, str]:
    """Parts of the page, and numbers for others, by the names of their markers."""
    found = read_table(book)
    taken = {anchor(title) for title in HEADING.findall(read_page(book))}
    places = anchors(found.every, taken | {note.anchor for note in found.notes})
    below = {key(row): hints(book, found, row) for row in found.every}
    parts = {
        "conversions box": html.raw(html.box()),
        "conversions count": number(len(found.every)),
        "conversions names": number(len({key(row)[:2] for row in found.every})),
        "conversions counts": counts(found),
        "conversions versions": versions(found),
        "conversions differ": "\n\n".join(
            explained(book, found, note, places) for note in found.notes if found.rows_of(note)
        ),
        "conversions fixed": "\n\n".join(fixes(found, branch, places) for branch in found.fixed),
        **{f"conversions table {library}": "" for library in LIBRARIES},
    }
    for library, rows in found.rows.items():
        parts[f"conversions table {library}"] = html.raw(
            html.glance(rows, places) + html.sections(rows, places, lambda row: below[key(row)])
        )
    return parts


def read_page(book: Book) -> str:
    """Text of the page, or nothing where a book has none."""
    path = book.root / f"{PAGE}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def hints(book: Book, found: Table, row: Row) -> tuple[str, ...]:
    """What stands below a row, as HTML: why it differs, what to do, what an upgrade changes."""
    parts = []
    if note := found.note_of(row):
        why = html.link(f"#{note.anchor}", note.title)
        parts.append(_("Why: {link}.").format(link=why))
    if section := found.way_of(row):
        place = place_of(book, section, NOTES)
        way = html.link(relpath(place.address, dirname(PAGE)), place.title)
        parts.append(_("What to do: {link}.").format(link=way))
    if change := found.change_of(row):
        branch = next(each for each in found.fixed if change in each.changes)
        release = _("the next release of {package}").format(package=branch.package)
        said = {"link": html.link(f"#{FIXED}", release), "verdict": name_of(change.becomes)}
        parts.append(_("In {link}: {verdict}.").format(**said))
    return tuple(parts)


def counts(found: Table) -> str:
    """Table of how many rows of each library have each verdict."""
    by_library = {
        TITLES[library]: Counter(row["verdict"] for row in rows)
        for library, rows in found.rows.items()
    }
    rows = [
        (f"**{_(name)}**", *(number(numbers[verdict]) for numbers in by_library.values()))
        for verdict, name in VERDICTS.items()
        if any(numbers[verdict] for numbers in by_library.values())
    ]
    return table((_("rows"), *by_library), rows) if rows else ""


def versions(found: Table) -> str:
    """Table of the versions that were measured, and of the days."""
    rows = []
    for library, facts in found.facts.items():
        for column in ("locked", "newest"):
            if column in facts:
                names = ", ".join(f"{name} {number}" for name, number in facts[column].items())
                rows.append((TITLES[library], column, names))
    days = sorted({date.fromisoformat(facts["date"]) for facts in found.facts.values()})
    spelled = _(" and ").join(day(each) for each in days)
    measured = _("Measured on {days}.").format(days=spelled) if days else ""
    head = (_("library"), _("versions"), _("packages"))
    return f"{measured}\n\n{table(head, rows)}" if rows else ""


def explained(book: Book, found: Table, note: Note, places: PLACES) -> str:
    """Section of a note: cause, way out, threads, and the rows that it explains."""
    rows = found.rows_of(note)
    more = []
    if note.section:
        link = place_of(book, note.section, NOTES).link_from(PAGE)
        more.append(_("More: {link}.").format(link=link))
    more += upstream(note.threads)
    more += [note.released] if note.released else []
    fix = _("**Fix.**")
    text = f"### {note.title}\n\n{note.cause.strip()} {fix} {note.way.strip()}"
    return f"{text} {' '.join(more)}\n\n{html.raw(html.affected(rows, places))}"


def upstream(threads: tuple[str, ...]) -> list[str]:
    """Sentence that names threads; none without threads."""
    links = [link for address in threads for link in thread({"thread": address})]
    return [_("Upstream: {links}.").format(links=", ".join(links))] if links else []


def fixes(found: Table, branch: Branch, places: PLACES) -> str:
    """What a main branch has beyond the newest release, and the rows that it changes."""
    named = {"package": branch.package, "day": day(branch.day), "after": branch.after}
    if not branch.changes:
        text = _(
            "The main branch of {package}, as of {day}, holds nothing for this table that isn't "
            "in {after}."
        )
        return text.format(**named)
    text = _(
        "The main branch of {package}, as of {day}, was measured, too, for the names whose "
        "converters are other ones than in {after}. It changes these rows:"
    )
    parts = [text.format(**named)]
    for change in branch.changes:
        rows = html.affected(found.rows_changed(change), places, plain=True)
        words = [
            change.change.strip(),
            *upstream(change.threads),
            _("Rows: {rows}.").format(rows=rows),
        ]
        parts.append(f"- **{name_of(change.becomes).capitalize()}.** {' '.join(words)}")
    return f"{parts[0]}\n\n" + "\n".join(parts[1:])
