"""What handouts and slides make of a chapter's prose: of its notes, its markers, its links.

Notebooks and slides lie in a folder each, and the site beside them in ``site``, as in a kit.
"""

import posixpath
import re
from collections.abc import Collection

from tools.messages import _
from tools.pages.blocks import MARKER

NOTE = re.compile(r"\s*<!-- teacher:\s*(.*?)\s*-->", re.DOTALL)
LINK = re.compile(r"\]\((?![a-z]+:|#|/)([\w./-]+)\.(md|ipynb)(#[\w-]+)?\)")


def without_notes(text: str) -> str:
    """Markdown without the notes for teachers and without markers."""
    return MARKER.sub("", NOTE.sub("", text)).strip("\n")


def with_visible_notes(text: str) -> str:
    """Markdown whose notes for teachers are quotations, which a reader sees; without markers."""
    return NOTE.sub(quotation, MARKER.sub("", text)).strip("\n")


def quotation(note: re.Match[str]) -> str:
    """Note for teachers as a quotation."""
    name = _("For the teacher.")
    lines = f"**{name}** {note[1]}".splitlines()
    return "\n\n" + "\n".join(f"> {line.strip()}".rstrip() for line in lines)


def link_to_site(text: str, page: str, kept: Collection[str] = (), prefix: str = "") -> str:
    """Markdown whose relative links lead to the site beside the handouts.

    Parameters
    ----------
    text : str
        Markdown of a page of the book.
    page : str
        That page, such as ``chapters/02-keras-to-onnx``.
    kept : collection of str, optional
        Pages whose notebooks lie beside this one: links to them stay.
    prefix : str, optional
        What the paths of its language begin with on the site, such as ``vi/``.

    Examples
    --------
    >>> link_to_site("[graph](appendix/glossary.md#graph)", "chapters/count")
    '[graph](../site/chapters/appendix/glossary.html#graph)'
    """

    def link(found: re.Match[str]) -> str:
        path, suffix, anchor = found.groups(default="")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        if suffix == "ipynb" and target in kept:
            return found[0]
        return f"]({site_page(target, page, prefix)}{anchor})"

    return LINK.sub(link, text)


def site_page(target: str, page: str, prefix: str = "") -> str:
    """Address of a page of the site, as the handout or the deck of another page links to it."""
    folder = posixpath.dirname(page.removeprefix("chapters/"))
    return posixpath.relpath(f"site/{prefix}{target}.html", posixpath.join("handouts", folder))
