"""Sphinx extension: the id of a heading is its anchor, with letters of every alphabet.

Docutils makes ids of ASCII letters only. Links in the book, in its search and in the inspector
name a section by its anchor, which MyST, GitHub and `tools.chapters.anchor` make alike.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class HeadingIds(SphinxTransform):
    """Put the anchor of each heading before the id that docutils gave it."""

    default_priority = 200  # before MyST looks links up by the ids it noted

    def apply(self, **kwargs: object) -> None:
        """Change the ids, and what MyST noted of them."""
        noted = getattr(self.document, "myst_slugs", {})
        for section in self.document.findall(nodes.section):
            anchor = section.get("slug")
            if anchor and anchor not in section["ids"]:
                section["ids"].insert(0, anchor)
                line, _, text = noted[anchor]
                noted[anchor] = (line, anchor, text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take part in the reading of pages."""
    app.add_transform(HeadingIds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
