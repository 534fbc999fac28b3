"""One visit to every page: it fits a phone, and axe finds nothing in either theme.

What all pages share (navigation, headings, code in its colors) is asked about on one lesson
and on the pages that are no lessons; of the other lessons, what their text and cells bring.
Each lesson and each language that the book gets costs visits more: what is written there is
visited among what takes long, by ``make test-heavy``.
"""

import json

import pytest

from tests.added import NAMES
from tools.chapters import ROOT, read_book
from tools.editions import languages
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
# It has a row for each estimator and each of its options.
LARGEST = "chapters/reference/what-converts.html"
# Of a translation, the pages with scripts that speak.
SPEAKING = ["index.html", "inspect.html", "search.html", EXAMPLE]
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


def translated(pages, often=()):
    """Pages in the other languages; those that aren't seen often are among what takes long."""
    for language in languages(ROOT):
        for page in pages:
            marks = () if page in often else pytest.mark.heavy
            yield pytest.param(f"{language}/{page}", marks=marks)


def test_these_are_the_pages(pages):
    own = [*OTHERS, *LESSONS, *ADDED]
    assert pages == sorted(own + [f"{each}/{page}" for each in languages(ROOT) for page in own])


@pytest.mark.parametrize(
    "path",
    [
        *(page for page in OTHERS if page != LARGEST),
        pytest.param(LARGEST, marks=pytest.mark.heavy),
        *translated(OTHERS, SPEAKING),
    ],
)
def test_a_page_fits_a_phone_and_axe_finds_nothing_in_either_theme(visit, path):
    page = visit(path)
    assert findings(page) == []
    darken(page)
    # Both themes have the same elements: in the second one, only the colors can differ.
    assert findings(page, runOnly=COLORS) == []


@pytest.mark.parametrize(
    "path",
    [
        *ADDED,
        *(pytest.param(path, marks=pytest.mark.heavy) for path in LESSONS),
        *translated(LESSONS),
    ],
)
def test_a_lesson_fits_a_phone_and_axe_finds_nothing_in_what_is_its_own(visit, path):
    page = visit(path)
    page.evaluate(TAKE_OFF_WHAT_IS_SHARED)
    assert findings(page, "'article'", rules={rule: {"enabled": False} for rule in COLORS}) == []
    if page.locator(".cell_output").count():  # the only part that brings colors of its own
        assert findings(page, "'.cell_output'", runOnly=COLORS) == []
        darken(page)
        assert findings(page, "'.cell_output'", runOnly=COLORS) == []
