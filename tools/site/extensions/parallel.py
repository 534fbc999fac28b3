"""Sphinx extension: let pages be read side by side, although one extension does not say it may be.

Jupyter Book always loads ``sphinx_multitoc_numbering``. It numbers sections after all pages are
read, and in this book none has a number.
"""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Say it in the other extension's place."""
    app.setup_extension("sphinx_multitoc_numbering")
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    return {"parallel_read_safe": True, "parallel_write_safe": True}
