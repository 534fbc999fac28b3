"""One visit to every page: it fits a phone, and axe finds nothing in either theme.

What all pages share (navigation, headings, code in its colors) is asked about on the pages that
are no lessons and on one that is; of the other lessons, what their text and cells bring. ``make
test`` visits what has a look or parts of its own; ``make test-heavy`` all pages in all languages.
"""

import json

import pytest

from tests.added import NAMES
from tests.site.editions import ALL, in_english_and_with_translations
from tools.chapters import ROOT, read_book
from tools.editions import ENGLISH, languages
from tools.site import scripts
from tools.site.extensions import live

BOOK = read_book()
# The lesson with the most parts of its own.
[EXAMPLE] = [f"{chapter.page}.html" for chapter in BOOK if live.MARKER in chapter.text]
MADE_BY_SPHINX = ["404.html", "genindex.html", "search.html"]
ADDED = [f"chapters/{name}.html" for name in NAMES]
LESSONS = [f"{chapter.page}.html" for chapter in BOOK if f"{chapter.page}.html" != EXAMPLE]
OTHERS = [f"{page}.html" for page in ["index", *BOOK.pages]] + MADE_BY_SPHINX
OTHERS = [page for page in OTHERS if page not in LESSONS]
# What has a look or scripts of its own.
SPECIAL = ["index.html", "inspect.html", "search.html", "404.html", EXAMPLE]
SPECIAL += ["chapters/appendix/cheat-sheet.html"]
COLORS = ["color-contrast", "link-in-text-block"]
# What is the same on every page, and takes most of the time.
TAKE_OFF_WHAT_IS_SHARED = """
    for (const part of document.querySelectorAll(".bd-sidebar, .highlight")) part.remove();
"""


def overflow(page):
    """Pixels by which a page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def findings(page, context="document", **options):
    """What axe finds on a page, a line for each element."""
    options = {"resultTypes": ["violations"], "preload": False, **options}
    result = page.evaluate(f"axe.run({context}, {json.dumps(options)})")
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def darken(page):
    """Show the page in the dark theme."""
    page.evaluate("document.documentElement.dataset.theme = 'dark'")


@pytest.fixture
def visit(open_page):
    """Open a page on a phone, see that it fits, and go on with a wide screen and axe."""

    def visit(path):
        page = open_page(path, width=390)
        assert overflow(page) == 0
        page.set_viewport_size({"width": 1280, "height": 900})
        page.add_script_tag(path=scripts.AXE)
        return page

    return visit


def visits(often, pages):
    """The site and a page of it: those that are seen often, and all in all languages."""
    yield from ((ENGLISH, page) for page in often)
    for prefix in ("", *(f"{language}/" for language in languages(ROOT))):
        yield from (pytest.param(ALL, prefix + page, marks=pytest.mark.heavy) for page in pages)


def visiting(often, pages):
    """Let a test visit these pages."""
    return pytest.mark.parametrize(("site", "path"), list(visits(often, pages)), indirect=["site"])


@in_english_and_with_translations
def test_these_are_the_pages(site, pages):
    own = [*OTHERS, *LESSONS, *ADDED]
    built = languages(site.parents[1])
    assert pages == sorted(own + [f"{each}/{page}" for each in built for page in own])


@visiting(SPECIAL, OTHERS)
def test_a_page_fits_a_phone_and_axe_finds_nothing_in_either_theme(visit, path):
    page = visit(path)
    assert findings(page) == []
    darken(page)
    # Both themes have the same elements: in the second one, only the colors can differ.
    assert findings(page, runOnly=COLORS) == []


@visiting(ADDED, LESSONS)
def test_a_lesson_fits_a_phone_and_axe_finds_nothing_in_what_is_its_own(visit, path):
    page = visit(path)
    page.evaluate(TAKE_OFF_WHAT_IS_SHARED)
    assert findings(page, "'article'", rules={rule: {"enabled": False} for rule in COLORS}) == []
    if page.locator(".cell_output").count():  # the only part that brings colors of its own
        assert findings(page, "'.cell_output'", runOnly=COLORS) == []
        darken(page)
        assert findings(page, "'.cell_output'", runOnly=COLORS) == []
