"""Tables for a notebook's output, such as what `describe` shows."""

from collections.abc import Iterable, Sequence
from html import escape
from unicodedata import category

# Characters that are not seen or turn the direction of others, and those that no text may have.
INVISIBLE = {"Cc", "Cf", "Cn", "Zl", "Zp"}


def shown(text: str) -> str:
    r"""Text from a file, with what hides or turns letters written as its number.

    Examples
    --------
    >>> print(shown("im\x00age"))
    im\u0000age
    """
    if text.isprintable():
        return text
    return "".join(f"\\u{ord(c):04x}" if category(c) in INVISIBLE else c for c in text)


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as HTML, with every text escaped, in the class of pandas' tables.

    Notebooks and sites style that class, also in their dark themes.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    rows : iterable of sequence of str
        One sequence a row. The last cell of a short row spans the columns that are left.

    Examples
    --------
    >>> html_table(["a"], [["1 < 2"]]).partition("<tbody>")[2]
    '<tr><td>1 &lt; 2</td></tr></tbody></table>'
    """
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{_cells(row, len(head))}</tr>" for row in rows)
    return f'<table class="dataframe"><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>'


def _cells(row: Sequence[str], width: int) -> str:
    span = width - len(row) + 1
    attribute = f' colspan="{span}"' if span > 1 else ""
    *first, last = (escape(text) for text in row)
    return "".join(f"<td>{text}</td>" for text in first) + f"<td{attribute}>{last}</td>"
