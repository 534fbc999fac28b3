"""Every page in both themes: axe finds nothing."""

import json

import web

WITH_CODE = "chapters/02-keras-to-onnx.html"
# Both themes have the same elements: in the second one, only the colors can differ.
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def findings(page, context="document", options=None):
    """What axe finds on a page, a line for each element."""
    options = {"resultTypes": ["violations"], "preload": False, **(options or {})}
    page.add_script_tag(path=web.AXE)
    result = page.evaluate(f"axe.run({context}, {json.dumps(options)})")
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def test_axe_finds_nothing_on_any_page(open_page, pages, site):
    page = open_page()
    for address in pages:
        page.goto(site + address)
        assert findings(page) == [], address


def test_axe_finds_no_faint_color_in_the_dark_theme(open_page, pages, site):
    page = open_page(theme="dark")
    for address in pages:
        page.goto(site + address)
        assert page.locator("html").get_attribute("data-theme") == "dark"
        # The colors of code are the same on every page, and slow to check.
        context = "document" if address == WITH_CODE else "{exclude: ['.highlight pre']}"
        assert findings(page, context, COLORS) == [], address
