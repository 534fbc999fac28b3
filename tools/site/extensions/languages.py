"""Sphinx extension: each page leads to the same page in the other languages of the book.

The scripts of a page speak its language: a page of a translation that loads one carries the
messages of it.
"""

import json
import re
from functools import cache, partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sphinx.application import Sphinx

from tools import messages
from tools.editions import ENGLISH
from tools.site.spoken import FILE

# A script of ours in a page, by the folder of ``web`` that it comes from.
SCRIPT = re.compile(r'<script type="module" src="(?:[^"]*/)?live/(\w+)\.js"')
NAMES = {"en": "English", "vi": "Tiếng Việt"}


def add_languages(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add a button for each other language, and name all of them to search engines."""
    own, base = app.config.language, app.config.html_baseurl
    up = "../" * (pagename.count("/") + (own != ENGLISH))
    for language in context.get("languages", []):
        page = f"{'' if language == ENGLISH else f'{language}/'}{pagename}.html"
        if language != own:
            context.setdefault("header_buttons", []).append(
                {
                    "type": "link",
                    "url": up + page,
                    "text": NAMES[language],
                    "tooltip": NAMES[language],
                    "icon": "fas fa-language",
                    "label": f"language-{language}-button",
                }
            )
        if base:
            top = base if own == ENGLISH else base.removesuffix(f"{own}/")
            context["metatags"] = context.get("metatags", "") + (
                f'<link rel="alternate" hreflang="{language}" href="{top}{page}" />\n'
            )


def add_messages(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let the template speak the language of the page, and give its script the messages."""
    context["say"] = partial(say, app.config.language)
    scripts = SCRIPT.findall(context.get("body", ""))
    if templatename == "search.html":
        scripts = ["search"]
    if app.config.language == ENGLISH or not scripts:
        return
    stored = read_messages(Path(app.srcdir) / FILE)
    # A sign that could end the element is written as its number.
    text = json.dumps(
        {key: said for name in scripts for key, said in stored[name].items()}, ensure_ascii=False
    ).replace("<", "\\u003c")
    context["metatags"] = context.get("metatags", "") + (
        f'<script type="application/json" id="messages">{text}</script>\n'
    )


def say(language: str, text: str, **values: object) -> Markup:
    """Message of a template in a language."""
    with messages.speaking(language):
        return messages.say(text, **values)


@cache
def read_messages(path: Path) -> dict[str, dict[str, Any]]:
    """Messages by the script that says them."""
    return json.loads(path.read_text(encoding="utf-8"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Run after the theme has made its buttons."""
    app.connect("html-page-context", add_languages, priority=900)
    app.connect("html-page-context", add_messages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
