"""The answers of the live model in the browser are those of Python, and right for real digits."""

import numpy as np
from playwright.sync_api import expect

from helpers.digits import DIGITS_MODEL
from tests.site.browser.drawing_board import (
    STROKES,
    draw_with_mouse,
    expect_reading,
    python_answers,
    shown_probabilities,
    start,
)
from tools.site.extensions import live

FEW = 15  # test digits: each takes a measurement of 20 ms
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


def positions(page):
    """Where the parts of the figure are, on the page rather than in the window."""
    found = """(parts) => parts.map((part) => {
      const { x, y } = document.querySelector(part).getBoundingClientRect();
      return [x + scrollX, y + scrollY];
    })"""
    parts = [".draw-board", ".draw-bars", ".draw-division", ".draw figcaption"]
    return page.evaluate(found, parts)


def test_without_javascript_an_answer_of_the_model_is_there(open_page):
    page = open_page(java_script_enabled=False)
    probabilities, labels = python_answers()
    shown = shown_probabilities(page)
    np.testing.assert_allclose(shown, probabilities[live.SHOWN], rtol=0, atol=1e-6)
    alternative = f"A handwritten digit of the test set, drawn as {labels[live.SHOWN]}"
    assert page.get_by_role("img", name=alternative).is_visible()
    assert "Drawing needs JavaScript" in page.locator(".draw-panel").inner_text()
    assert not page.get_by_role("button", name="Start").is_visible()


def test_nothing_is_loaded_before_start_and_then_the_answers_are_those_of_python(open_page, site):
    page = open_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload(wait_until="networkidle")
    loaded = [url.split("/live/")[1] for url in requests if "/live/" in url]
    script, messages = loaded  # the second is what all scripts say their messages with
    assert script == "draw.js"
    assert messages.startswith("chunk-")
    assert sum((site / "live" / name).stat().st_size for name in loaded) < 10_000
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
    assert (site / "live" / "digits.onnx").read_bytes() == DIGITS_MODEL.read_bytes()
    page.get_by_role("switch").check()
    expect(page.locator(".draw-range")).to_have_text("255")
    expected, labels = python_answers(factor=255)
    found = page.evaluate(PRESS_FOR_EACH_DIGIT, FEW)
    np.testing.assert_allclose(found, expected[:FEW], rtol=0, atol=1e-5)
    right = (np.argmax(expected, axis=1) == labels).sum()
    assert right < 0.8 * len(labels)
    assert f"it then reads {right} right" in page.locator("#draw-pitfall").inner_text()
    page.get_by_role("switch").uncheck()
    expect(page.locator(".draw-range")).to_have_text("1")
    expected, _ = python_answers()
    found = page.evaluate(PRESS_FOR_EACH_DIGIT, FEW)
    np.testing.assert_allclose(found, expected[FEW : 2 * FEW], rtol=0, atol=1e-5)
    expect(page.locator(".draw-label")).to_have_text(f"drawn as: {labels[2 * FEW - 1]}")
    expect(page.locator(".draw-time")).to_contain_text("ms for one run (mean of")


def test_recorded_digits_are_read_right(open_page):
    page = open_page()
    start(page)
    page.locator(".draw-board").scroll_into_view_if_needed()
    one_of_each = {digit["label"]: digit for digit in STROKES["digits"]}
    assert sorted(one_of_each) == list(range(10))
    for digit in one_of_each.values():
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
