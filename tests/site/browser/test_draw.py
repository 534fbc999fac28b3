"""The live model in the browser can be drawn for by anyone, and says what is missing."""

import pytest
from playwright.sync_api import expect

from tests.site.browser.drawing_board import (
    CHAPTER,
    STROKES,
    draw_with_finger,
    expect_reading,
    start,
)
from tools.site import scripts


def test_a_page_from_disk_says_what_to_do(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.locator(".draw").get_by_text("python -m http.server")).to_be_visible()
    context.close()


def test_on_a_phone_a_finger_draws_and_nothing_is_in_the_way(open_page):
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    start(page)
    page.locator(".draw-board").evaluate("board => board.scrollIntoView({ block: 'center' })")
    scrolled = page.evaluate("scrollY")
    digit = STROKES["digits"][4]
    draw_with_finger(page, digit["strokes"])
    expect_reading(page, digit["label"])
    assert page.evaluate("scrollY") == scrolled
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.add_script_tag(path=scripts.AXE)
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        problems = page.evaluate("axe.run('.draw').then((result) => result.violations)")
        assert [problem["id"] for problem in problems] == []


def test_the_keyboard_draws(open_page):
    page = open_page(CHAPTER)
    button = page.get_by_role("button", name="Start")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("application", name="Drawing area")).to_be_focused()
    scrolled = page.evaluate("scrollY")

    def press(key, times=1):
        for _ in range(times):
            page.keyboard.press(key)

    # A 7: to the right, then down, one step to the left for every two.
    press("ArrowLeft", 5)
    press("ArrowUp", 8)
    press("Space")
    press("ArrowRight", 11)
    for _ in range(9):
        press("ArrowDown", 2)
        press("ArrowLeft")
    expect(page.locator(".draw-status")).to_have_text("ONNX Runtime is ready. Draw a digit.")
    press("Space")
    expect_reading(page, 7)
    press("Delete")
    expect(page.locator(".draw-status")).to_have_text("Cleared.")
    expect(page.locator(".draw-blank")).to_be_visible()
    assert page.evaluate("scrollY") == scrolled


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("delete window.WebAssembly;", "needs WebAssembly"),
        ("delete window.DecompressionStream;", "too old for ONNX Runtime"),
    ],
)
def test_a_browser_that_cannot_run_it_is_told_what_is_missing(open_page, script, message):
    page = open_page(script=script)
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".draw-when-ready .draw-note")).to_contain_text(message)
    expect(page.locator(".draw-status")).to_contain_text(message)


def test_a_failed_download_can_be_tried_again(open_page, expect_errors):
    expect_errors.append("Failed to load resource")
    page = open_page()
    for name in ("runtime-*.js", "*.wasm.gz", "digits.onnx"):
        page.route(f"**/live/{name}", lambda route: route.abort())
        page.get_by_role("button", name="Start").click()
        expect(page.locator(".draw")).to_have_attribute("data-state", "ready")
        expect(page.locator(".draw-when-ready .draw-note")).to_contain_text("Check the connection")
        page.unroute(f"**/live/{name}")
    # A host that unpacks on the way.
    unpacked = (scripts.PACKAGES / "onnxruntime-web" / "dist" / scripts.RUNTIME).read_bytes()
    page.route("**/live/*.wasm.gz", lambda route: route.fulfill(body=unpacked))
    start(page)
