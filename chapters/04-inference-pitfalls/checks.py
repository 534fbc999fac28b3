"""Checks of the exercises on inference pitfalls."""

from collections.abc import Callable

import numpy as np
import onnx

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    StopError,
    compare,
    digits,
    input_types,
    names,
)
from helpers import DIGITS_MODEL


def _set_of_numbers(given: Given) -> None:
    if not isinstance(
        given.answer, (set, frozenset)
    ) or not given.answer <= {1, 2, 3}:
        raise StopError(
            "The answer is to be a set with the numbers of those that you choose, in curly braces."
        )


def _none_left_out(given: Given) -> None:
    if 1 not in given.answer:
        raise NotYetError(
            "One of them breaks a rule that is written in the standard. Make a model of each, and "
            "give it to onnx.checker.check_model."
        )


def _none_too_many(given: Given) -> None:
    if given.answer - {1}:
        raise NotYetError(
            "You named something that is valid ONNX. The checker knows the standard; it does not "
            "know a runtime, and it does not know what you want."
        )


def _passes_on(given: Given) -> None:
    for count in (5, 1, 2):
        x = np.arange(6 * count, dtype=np.float32).reshape(count, 6)
        compare(
            x,
            given.run(x)[0],
            "The values change on their way. This model only gives its rows back, in order.",
        )


def softmax_twice() -> onnx.ModelProto:
    model = onnx.load(DIGITS_MODEL)
    again = onnx.helper.make_node("Softmax", ["probabilities"], ["answer"])
    model.graph.node.append(again)
    model.graph.output[0].name = "answer"
    return model


def _spread(given: Given) -> None:
    images, _ = digits()
    found = given.run(images)[0]
    if not np.allclose(found.sum(axis=-1), 1, atol=1e-3):
        raise NotYetError(
            "They do not sum to 1 for each digit any more, so what comes out are scores. Too much "
            "was taken out."
        )
    if found.max() < 0.5:
        raise NotYetError(
            "They sum to 1, and yet the largest stays below 0.3. Print `op_type` of the last "
            "nodes of the file, and say of each what it is for."
        )


def _one_output(given: Given) -> None:
    count = len(given.interface.outputs)
    if count != 1:
        raise NotYetError(
            f"The file has {count} outputs, and the broken one had a single one."
        )


def _digits_again(given: Given) -> None:
    images, expected = digits()
    compare(
        expected,
        given.run(images)[0],
        "They are not those of the digits model. What was right in the file has to stay.",
    )


def _reads_bytes(given: Given) -> None:
    images, expected = digits()
    pixels = np.round(images * 255).astype(np.uint8)
    compare(
        expected,
        given.run(pixels)[0],
        "They are not those of the digits model for the same images. Which numbers was it trained "
        "on, and what is 200 / 255 among whole numbers? Mind the order of the steps.",
    )


BATCH: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"x"}, {"y"}),
    DYNAMIC_BATCH,
    ("answers", _passes_on),
)

MYSTERY: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"image"}),
    ("one output", _one_output),
    DYNAMIC_BATCH,
    ("probabilities", _spread),
    ("answers", _digits_again),
)

CAMERA: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"pixels"}, {"probabilities"}),
    input_types(
        "uint8",
        "The camera sends whole numbers from 0 to 255, one byte each.",
    ),
    DYNAMIC_BATCH,
    ("answers", _reads_bytes),
)

CHECKER: tuple[Part, ...] = (
    ("form", _set_of_numbers),
    ("none left out", _none_left_out),
    ("none too many", _none_too_many),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: CHECKER,
    2: BATCH,
    3: MYSTERY,
    4: CAMERA,
}
BROKEN: dict[int, Callable[[], onnx.ModelProto]] = {3: softmax_twice}
