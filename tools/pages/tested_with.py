"""The findings on other versions, which ``make versions`` writes into a file, as tables.

The file has ``date``, ``machine``, ``colab`` (month of the list of what is preinstalled there),
``columns`` (names of the sets of versions), ``packages`` (versions by name, one a column),
``chapters`` (whether each runs, one a column), ``failures`` (``chapter``, ``column``, ``error``)
and ``old`` (``versions``, ``said``, ``reproduced``).
"""

from datetime import date, datetime
from typing import Any

from tools.chapters import Book, read_yaml
from tools.messages import _, day, month
from tools.pages.blocks import table

DATA = "chapters/appendix/tested-with.yml"


def values(book: Book) -> dict[str, str]:
    """Blocks of the page, by the names of their markers; none where there are no findings."""
    path = book.root / DATA
    if not path.exists():
        return {}
    data = read_yaml(path)
    return {
        "tested when": day(date.fromisoformat(data["date"])),
        "tested where": data["machine"],
        "tested colab": month(datetime.strptime(data["colab"], "%B %Y")),
        "tested packages": packages(data),
        "tested chapters": chapters(data, book),
        "tested failures": failures(data),
        "tested old": old_errors(data),
    }


def packages(data: dict[str, Any]) -> str:
    """Table of the versions in each column."""
    rows = [(name, *versions) for name, versions in data["packages"].items()]
    return table((_("package"), *data["columns"]), rows)


def chapters(data: dict[str, Any], book: Book) -> str:
    """Table of the lessons that were run, and whether each runs in each column; or a sentence."""
    rows = [
        (
            f"[{chapter.title}](../{chapter.name}.ipynb)",
            *(_("runs") if runs else _("fails") for runs in data["chapters"][chapter.name]),
        )
        for chapter in book
        if chapter.name in data["chapters"]
    ]
    if not rows:
        return _("No lesson was run on these sets since it was last rewritten.")
    return table((_("lesson"), *data["columns"]), rows)


def failures(data: dict[str, Any]) -> str:
    """What fails where, with its error; nothing where nothing fails."""
    rows = [
        _("{chapter} on {column}: {error}").format(
            chapter=f"- `{each['chapter']}`",
            column=f"**{each['column']}**",
            error=f"`{each['error']}`",
        )
        for each in data["failures"]
    ]
    intro = _("What fails, and with which error:")
    return "\n".join([intro, "", *rows]) if rows else ""


def old_errors(data: dict[str, Any]) -> str:
    """Table of the errors of older versions, and whether each was reproduced."""
    rows = [
        (
            ", ".join(f"`{version}`" for version in each["versions"]),
            f"`{each['said']}`",
            _("yes") if each["reproduced"] else _("no"),
        )
        for each in data["old"]
    ]
    return table((_("versions"), _("error"), _("reproduced")), rows)
