"""Sphinx extension: a chapter's Markdown source can be downloaded beside its notebook."""

import shutil
from pathlib import Path


def add_markdown_button(app, pagename, templatename, context, doctree):
    """Put the ``.md`` source of a notebook page into the menu of downloads."""
    source = Path(app.srcdir) / f"{pagename}.md"
    if not context.get("sourcename", "").endswith(".ipynb") or not source.exists():
        return
    target = Path(app.outdir) / "_sources" / f"{pagename}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    for group in context["header_buttons"]:
        if group["label"] == "download-buttons":
            group["buttons"].insert(
                1,
                {
                    "type": "link",
                    "url": f"{context['pathto']('_sources', 1)}/{pagename}.md",
                    "text": ".md",
                    "tooltip": "Download Markdown source",
                    "icon": "fas fa-file",
                    "label": "download-markdown-button",
                },
            )


def setup(app):
    """Run after the theme has made its buttons."""
    app.connect("html-page-context", add_markdown_button, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
