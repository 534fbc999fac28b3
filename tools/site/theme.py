"""Say the theme's own words in the language of a translation: nobody translated them there."""

from collections.abc import Iterable

from bs4 import BeautifulSoup

from tools.messages import _, later
from tools.site.errors import fail_unless

ATTRIBUTES = ("aria-label", "data-bs-title", "placeholder", "title")
WORDS = (
    later("Back to top"),
    later("Color mode"),
    later("Dark"),
    later("Launch interactive content"),
    later("Launch on Colab"),
    later("Light"),
    later("Link to this heading"),
    later("Main"),
    later("Page"),
    later("Repository"),
    later("Search this book..."),
    later("Skip to main content"),
    later("Source repositories"),
    later("System Settings"),
    later("Toggle primary sidebar"),
    later("Toggle secondary sidebar"),
    later("Version warning"),
    later("next page"),
    later("previous page"),
)
#: Words that a site without an address hasn't got.
WITH_ADDRESS = {
    *("Launch interactive content", "Launch on Colab", "Repository", "Source repositories"),
}


def say_theme(pages: Iterable[BeautifulSoup], *, is_known: bool) -> None:
    """Put the words of the theme into the language that is set.

    Raises
    ------
    BuildError
        When the theme no longer has a word; ``is_known`` says if the site has an address.
    """
    seen = {word for page in pages for word in said(page)}
    gone = set(WORDS) - seen - (set() if is_known else WITH_ADDRESS)
    fail_unless(not gone, f"words of the theme: {sorted(gone)}")


def said(page: BeautifulSoup) -> Iterable[str]:
    """Put the words on one page into the language, and return them."""
    for element in page.find_all(True):
        for name in ATTRIBUTES:
            word = str(element.get(name))
            if word in WORDS:
                yield word
                element[name] = _(word)
    for text in page.find_all(string=True):
        word = text.strip()
        if word in WORDS and not text.find_parent("article"):
            yield word
            text.replace_with(text.replace(word, _(word)))
