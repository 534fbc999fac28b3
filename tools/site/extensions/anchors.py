"""Sphinx extension: the id of a heading is its anchor, with letters of every alphabet.

Docutils makes ids of ASCII letters only. Links in the book, in its search and in the inspector
name a section by its anchor, which MyST, GitHub and `tools.chapters.anchor` make alike. A
translation keeps the anchors of the English page, so that its links hold.
"""

import json
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

ANCHORS = "anchors.json"  # `tools.site.stage` writes it for a translation


class HeadingIds(SphinxTransform):
    """Put the anchor of each heading before the id that docutils gave it."""

    default_priority = 200  # before MyST looks links up by the ids it noted

    def apply(self, **kwargs: object) -> None:
        """Change the ids, and what MyST noted of them."""
        noted = getattr(self.document, "myst_slugs", {})
        written = written_anchors(Path(self.app.srcdir)).get(self.env.docname, [])
        for number, section in enumerate(self.document.findall(nodes.section)):
            made = section.get("slug")
            if not made:
                continue
            line, _, text = noted[made]
            for anchor in (made, *written[number : number + 1]):
                # Sphinx puts an id that begins so behind the others, so it stands alone.
                others = [] if anchor.startswith("id") else section["ids"]
                section["ids"] = [anchor, *(each for each in others if each != anchor)]
                noted[anchor] = (line, anchor, text)


@cache
def written_anchors(source: Path) -> dict[str, list[str]]:
    """Anchors of the English headings of each page, in order; none of a book in English."""
    path = source / ANCHORS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def setup(app: Sphinx) -> dict[str, bool]:
    """Take part in the reading of pages."""
    app.add_transform(HeadingIds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
