"""Two pictures are the same if a reader sees no difference."""

from base64 import b64decode, b64encode
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from nbformat import from_dict
from PIL import Image

from tools.pictures import changes, difference


def chart(heights=(3, 5, 2), width=4.0, label="rows"):
    """A small bar chart as a notebook stores it."""
    figure = plt.figure(figsize=(width, 2))
    axes = figure.subplots()
    axes.bar(range(len(heights)), heights)
    axes.set_ylim(0, 6)
    axes.set_title(label)
    file = BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    return b64encode(file.getvalue()).decode()


def noisy(png, amount):
    """The same picture after a little noise, as other fonts and CPUs make it."""
    array = np.asarray(Image.open(BytesIO(b64decode(png))).convert("RGB")).astype(int)
    noise = np.random.default_rng(0).integers(-amount, amount + 1, array.shape)
    file = BytesIO()
    Image.fromarray(np.clip(array + noise, 0, 255).astype(np.uint8)).save(file, "png")
    return b64encode(file.getvalue()).decode()


def test_the_same_picture_and_one_with_a_little_noise_are_the_same():
    assert difference(chart(), chart()) == ""
    assert difference(chart(), noisy(chart(), 10)) == ""


@pytest.mark.parametrize(
    "other",
    [
        {"heights": (3, 5, 2.2)},
        {"heights": (3, 5)},
        {"label": "columns"},
        {"label": "row"},
        {"width": 4.2},
    ],
)
def test_what_a_reader_would_see_is_a_difference(other):
    assert difference(chart(), chart(**other)) != ""


def test_a_missing_and_an_additional_picture_are_changes():
    output = from_dict({"output_type": "display_data", "data": {"image/png": chart()}})
    assert changes([output], [output]) == []
    assert changes([output], []) == ["1 pictures are stored, and a fresh run makes 0"]
    assert changes([], [output]) == ["0 pictures are stored, and a fresh run makes 1"]
