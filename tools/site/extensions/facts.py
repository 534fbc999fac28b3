"""Sphinx extension: what every page of the site says about itself.

When its outputs were made and with which versions, where its source is edited, and, once the
site's address is known, what search engines and link previews ask for.
"""

import datetime
import json
import shutil
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sphinx.application import Sphinx

from tools.messages import _, day, speaking

DOWNLOADS = "download-buttons"
MISSING = """\
<section>
<h1>{title}</h1>
<p>{reason}</p>
<ul>
<li>{start}</li>
<li>{errors}</li>
<li>{search}</li>
</ul>
</section>
"""


def executed_line(app: Sphinx, pagename: str) -> str:
    """Sentence on when and with what a page was executed, from the notebooks' metadata."""
    own = Path(app.srcdir) / f"{pagename}.ipynb"
    if own.exists():
        run = describe_run(executed(own))
        return _("This page was last executed on {run}.").format(run=run)
    chapters = (Path(app.srcdir) / "chapters").rglob("*.ipynb")
    dates = [executed(path)["date"] for path in chapters]
    if not dates:
        return ""
    date = readable(min(dates))
    return _(
        "Every chapter of this book was executed on {date} or later; its last lines say when."
    ).format(date=date)


@cache
def executed(path: Path) -> dict:
    """When and with what a notebook was executed last."""
    return json.loads(path.read_text(encoding="utf-8"))["metadata"]["executed"]


def describe_run(executed: dict) -> str:
    """Date and versions of a notebook's last execution."""
    packages = {"Python": executed["python"], **executed["packages"]}
    versions = [f"{name} {version}" for name, version in packages.items()]
    return _("{date} with {versions}").format(
        date=readable(executed["date"]), versions=", ".join(versions)
    )


def readable(date: str) -> str:
    """Date such as 2026-11-23 as November 23, 2026."""
    return day(datetime.date.fromisoformat(date))


def add_executed_line(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """End each page with the line."""
    if doctree is not None:
        with speaking(app.config.language):
            line = escape(executed_line(app, pagename))
        context["body"] += f'<p class="executed">{line}</p>\n'


def add_source_download(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the ``.md`` source of a notebook page into the menu of downloads."""
    source = Path(app.srcdir) / f"{pagename}.md"
    if not context.get("sourcename", "").endswith(".ipynb") or not source.exists():
        return
    target = Path(app.outdir) / "_sources" / f"{pagename}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    [menu] = [group for group in context["header_buttons"] if group["label"] == DOWNLOADS]
    with speaking(app.config.language):
        tooltip = _("Download Markdown source")
    menu["buttons"].insert(
        1,
        {
            "type": "link",
            "url": f"{context['pathto']('_sources', 1)}/{pagename}.md",
            "text": ".md",
            "tooltip": tooltip,
            "icon": "fas fa-file",
            "label": "download-markdown-button",
        },
    )


def name_repository_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say what the buttons do, and let the edit button open the Markdown source."""
    with speaking(app.config.language):
        edit, report = _("Edit this page"), _("Report a mistake")
        mistake = _("Mistake on page {page}").format(page=pagename)
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("label") == "source-edit-button":
                button["url"] = button["url"].removesuffix(".ipynb").removesuffix(".md") + ".md"
                button["text"] = button["tooltip"] = edit
            if button.get("label") == "source-issues-button":
                button["url"] = button["url"].split("?")[0] + f"?title={quote(mistake)}"
                button["text"] = button["tooltip"] = report


def missing(title: str, root: str) -> str:
    """Body of the page that stands in for one that isn't there."""
    return MISSING.format(
        title=title,
        reason=_("There is no page at this address. It may have moved."),
        start=_('Start at <a href="{root}index.html">the first page</a>.').format(root=root),
        errors=_(
            "Did you come with an error message? Look it up in the\n"
            '<a href="{root}chapters/appendix/error-index.html">error index</a>.'
        ).format(root=root),
        search=_('Or <a href="{root}search.html">search the book</a>.').format(root=root),
    )


def use_address(app: Sphinx, config: Any) -> None:
    """Derive from the site's address what the other extensions ask for."""
    root = urlsplit(config.html_baseurl).path or "/"
    config.ogp_site_url = config.html_baseurl
    config.notfound_urls_prefix = root
    with speaking(config.language):
        title = _("Page not found")
        config.notfound_context = {"title": title, "body": missing(title, root)}


def setup(app: Sphinx) -> dict[str, bool]:
    """Run after the theme has made its buttons."""
    app.connect("config-inited", use_address)
    app.connect("html-page-context", add_executed_line, priority=800)
    app.connect("html-page-context", add_source_download, priority=900)
    app.connect("html-page-context", name_repository_buttons, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
