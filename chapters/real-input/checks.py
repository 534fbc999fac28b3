"""Checks of the exercises on real input."""

import numpy as np

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    input_types,
    names,
    parity,
)


def _prepared_form(given: Given) -> None:
    image = given.answer
    if not isinstance(image, np.ndarray):
        raise StopError(
            _("The answer is to be an array, and this is {type}.").format(
                type=type(image).__name__
            )
        )
    if image.shape != (1, 28, 28) or image.dtype != np.float32:
        raise StopError(
            _(
                "This is {dtype} of shape {shape}. The file lists what it takes, and `prepare` "
                "gives that."
            ).format(dtype=image.dtype, shape=image.shape)
        )


def _prepared_range(given: Given) -> None:
    if given.answer.min() < 0 or given.answer.max() > 1:
        raise NotYetError(
            _(
                "The values leave the range of the training data, which is 0 to 1."
            )
        )


def _prepared_ground(given: Given) -> None:
    image = given.answer[0]
    if image.mean() > image.max() / 3:
        raise NotYetError(
            _(
                "Look at the picture next to a test digit. Which of the two colors is ink for MNIST, "
                "and how much of the field does it cover?"
            )
        )


def _prepared_place(given: Given) -> None:
    expected = given.expected
    if (
        not isinstance(expected, np.ndarray)
        or expected.shape != given.answer.shape
    ):
        raise StopError(
            _(
                "What is expected is to be the prepared image of the text, an array of the same "
                "shape. Run the cells above the exercise again."
            )
        )
    if not np.allclose(given.answer, expected, atol=1e-6):
        raise NotYetError(
            _(
                "The digit is not in the size and the place that MNIST gives it. What does `crop` "
                "take for ink in the scan? The fix has to come before that step, not after it."
            )
        )


CAMERA: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"pixels"}, {"probabilities"}),
    input_types(
        "uint8",
        later(
            "The camera sends whole numbers from 0 to 255, one byte each."
        ),
    ),
    DYNAMIC_BATCH,
    parity(
        later(
            "They are not those of the digits model for the same images. Which numbers was it trained "
            "on, and what is 200 / 255 among whole numbers? Mind the order of the steps."
        )
    ),
)

SCAN: tuple[Part, ...] = (
    (later("type and shape"), _prepared_form),
    (later("range"), _prepared_range),
    (later("ink and paper"), _prepared_ground),
    (later("size and place"), _prepared_place),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: CAMERA, 2: SCAN}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    1: ("rows", "expected"),
    2: ("expected",),
}
