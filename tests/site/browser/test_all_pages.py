"""One visit to every page: it fits a phone, and axe finds nothing in either theme."""

import json
import re

import notebooks
import pytest

import web

WITH_CODE = "chapters/02-keras-to-onnx.html"
CONTENTS = (notebooks.ROOT / "_toc.yml").read_text(encoding="utf-8")
MADE_BY_SPHINX = ["404.html", "genindex.html", "search.html"]
PAGES = [
    *(f"{name}.html" for name in re.findall(r"(?:file|root): (\S+)", CONTENTS)),
    *MADE_BY_SPHINX,
]
# Both themes have the same elements: in the second one, only the colors can differ.
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def overflow(page):
    """Pixels by which a page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def findings(page, context="document", options=None):
    """What axe finds on a page, a line for each element."""
    options = {"resultTypes": ["violations"], "preload": False, **(options or {})}
    result = page.evaluate(f"axe.run({context}, {json.dumps(options)})")
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def test_these_are_the_pages(pages):
    assert sorted(PAGES) == pages


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_a_phone_and_axe_finds_nothing_in_either_theme(open_page, address):
    page = open_page(address, width=390)
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.add_script_tag(path=web.AXE)
    assert findings(page) == []
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    # The colors of code are the same on every page, and slow to check.
    context = "document" if address == WITH_CODE else "{exclude: ['.highlight pre']}"
    assert findings(page, context, COLORS) == []
