"""What a reader does with the live model, and what they see of it."""

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
from playwright.sync_api import expect

from helpers import load_mnist
from helpers.digits import DIGITS_MODEL
from tools.chapters import read_book
from tools.site import scripts
from tools.site.extensions import live

[CHAPTER] = [f"{chapter.page}.html" for chapter in read_book() if live.MARKER in chapter.text]
STROKES = json.loads(Path(__file__).with_name("strokes.json").read_text(encoding="utf-8"))


def start(page):
    """Press Start and wait until the model runs."""
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".draw")).to_have_attribute("data-state", "running")


def python_answers(factor=1):
    """Probabilities of the page's test digits in Python, and their labels."""
    digits = load_mnist()
    images = digits.x_test[: scripts.TEST_DIGITS] * np.float32(factor)
    [probabilities] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": images})
    return probabilities, digits.y_test[: scripts.TEST_DIGITS]


def shown_probabilities(page):
    """The ten numbers behind the bars."""
    return page.locator(".draw-bars data").evaluate_all("all => all.map((data) => +data.value)")


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
