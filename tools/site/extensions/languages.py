"""Sphinx extension: each page leads to the same page in the other languages of the book."""

from typing import Any

from sphinx.application import Sphinx

from tools.editions import ENGLISH

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


def setup(app: Sphinx) -> dict[str, bool]:
    """Run after the theme has made its buttons."""
    app.connect("html-page-context", add_languages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
