"""The live model in the browser: it answers as Python does, and it can be drawn for by anyone."""

import json
from pathlib import Path

import live
import numpy as np
import onnxruntime as ort
import pytest
from playwright.sync_api import expect

import web
from helpers import load_mnist
from helpers.digits import DIGITS_MODEL

CHAPTER = f"{live.CHAPTER}.html"
STROKES = json.loads(Path(__file__).with_name("strokes.json").read_text(encoding="utf-8"))
# The probabilities on the page after each press of "A test digit".
PRESS_FOR_EACH_DIGIT = """async (count) => {
  const reading = document.querySelector(".draw-reading");
  const answers = [];
  for (let i = 0; i < count; i += 1) {
    const updated = new Promise((resolve) => {
      new MutationObserver(resolve).observe(reading, { childList: true, subtree: true });
    });
    document.querySelector(".draw-test-digit").click();
    await updated;
    answers.push([...document.querySelectorAll(".draw-bars data")].map((data) => +data.value));
  }
  return answers;
}"""


def start(page):
    """Press Start and wait until the model runs."""
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".draw")).to_have_attribute("data-state", "running")


def python_answers(factor=1):
    """Probabilities of the page's test digits in Python, and their labels."""
    digits = load_mnist()
    images = digits.x_test[: web.TEST_DIGITS] * np.float32(factor)
    [probabilities] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": images})
    return probabilities, digits.y_test[: web.TEST_DIGITS]


def shown_probabilities(page):
    """The ten numbers behind the bars."""
    return page.locator(".draw-bars data").evaluate_all("all => all.map((data) => +data.value)")


def positions(page):
    """Where the parts of the figure are, on the page rather than in the window."""
    found = """(parts) => parts.map((part) => {
      const { x, y } = document.querySelector(part).getBoundingClientRect();
      return [x + scrollX, y + scrollY];
    })"""
    parts = [".draw-board", ".draw-bars", ".draw-division", ".draw figcaption"]
    return page.evaluate(found, parts)


def draw_with_mouse(page, strokes):
    """Draw strokes that were recorded on a board of 280 pixels."""
    box = page.locator(".draw-canvas").bounding_box()
    scale = box["width"] / STROKES["canvas"]
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
            if i == 0:
                page.mouse.down()
        page.mouse.up()


def draw_with_finger(page, strokes):
    """Draw the same strokes with touches."""
    box = page.locator(".draw-canvas").bounding_box()
    scale = box["width"] / STROKES["canvas"]
    touch = page.context.new_cdp_session(page)
    for stroke in strokes:
        kind = "touchStart"
        for x, y in stroke:
            point = {"x": box["x"] + x * scale, "y": box["y"] + y * scale}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
            kind = "touchMove"
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def expect_reading(page, digit):
    """Wait for the answer that a screen reader hears, and compare the one that is seen."""
    said = "text => document.querySelector('.draw-status').textContent.startsWith(text)"
    page.wait_for_function(said, arg=f"The model reads {digit}, ")
    assert page.locator(".draw-reading strong").inner_text() == str(digit)
    assert page.locator(".draw-likeliest .draw-digit").inner_text() == str(digit)


def test_without_javascript_an_answer_of_the_model_is_there(open_page):
    page = open_page(java_script_enabled=False)
    probabilities, labels = python_answers()
    shown = shown_probabilities(page)
    np.testing.assert_allclose(shown, probabilities[live.SHOWN], rtol=0, atol=1e-6)
    alternative = f"A handwritten digit of the test set, drawn as {labels[live.SHOWN]}"
    assert page.get_by_role("img", name=alternative).is_visible()
    assert "Drawing needs JavaScript" in page.locator(".draw-panel").inner_text()
    assert not page.get_by_role("button", name="Start").is_visible()


def test_a_page_from_disk_says_what_to_do(chromium, html):
    context = chromium.new_context()
    page = context.new_page()
    page.goto((html / "index.html").as_uri())
    expect(page.locator(".draw").get_by_text("python -m http.server")).to_be_visible()
    context.close()


def test_nothing_is_loaded_before_start_and_then_the_answers_are_those_of_python(open_page, html):
    page = open_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload(wait_until="networkidle")
    loaded = [url.split("/live/")[1] for url in requests if "/live/" in url]
    assert loaded == ["draw.js"]
    assert (html / "live" / "draw.js").stat().st_size < 10_000
    before = positions(page)
    requests.clear()
    start(page)
    names = sorted(url.split("/live/")[1] for url in requests)
    assert [name for name in names if not name.endswith(".js")] == [
        "digits.json",
        "digits.onnx",
        "ort-wasm-simd-threaded.wasm.gz",
    ]
    assert positions(page) == before
    assert (html / "live" / "digits.onnx").read_bytes() == DIGITS_MODEL.read_bytes()
    expected, labels = python_answers()
    found = page.evaluate(PRESS_FOR_EACH_DIGIT, len(labels))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    expect(page.locator(".draw-label")).to_have_text(f"drawn as: {labels[-1]}")
    expect(page.locator(".draw-time")).to_contain_text("ms for one run (mean of")
    page.get_by_role("switch").check()
    expect(page.locator(".draw-range")).to_have_text("255")
    expected, _ = python_answers(factor=255)
    found = page.evaluate(PRESS_FOR_EACH_DIGIT, len(labels))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    right = (np.argmax(found, axis=1) == labels).sum()
    assert right < 0.8 * len(labels)
    assert f"it then reads {right} right" in page.locator("#draw-pitfall").inner_text()


def test_recorded_digits_are_read_right(open_page):
    page = open_page()
    start(page)
    page.locator(".draw-board").scroll_into_view_if_needed()
    for digit in STROKES["digits"]:
        page.get_by_role("button", name="Clear").click()
        assert page.locator(".draw-status").inner_text() == "Cleared."
        draw_with_mouse(page, digit["strokes"])
        expect_reading(page, digit["label"])
    divided = shown_probabilities(page)
    page.get_by_role("switch").check()
    expect(page.locator(".draw-range")).to_have_text("255")
    assert not np.allclose(shown_probabilities(page), divided, atol=0.01)
    page.get_by_role("switch").uncheck()
    expect(page.locator(".draw-range")).to_have_text("1")
    assert shown_probabilities(page) == divided


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
    page.add_script_tag(path=web.AXE)
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
    unpacked = (web.PACKAGES / "onnxruntime-web" / "dist" / web.RUNTIME).read_bytes()
    page.route("**/live/*.wasm.gz", lambda route: route.fulfill(body=unpacked))
    start(page)
