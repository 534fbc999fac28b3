"""Checks of the exercises on Keras models."""

from collections.abc import Callable, Mapping

import numpy as np
import onnx

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Given,
    NotYetError,
    Part,
    StopError,
    input_types,
    item,
    names,
    operators,
    parity,
    quoted,
    tuple_of,
)
from helpers import DIGITS_MODEL

_GRAY_LEVELS = "The digits are float32, which ONNX calls tensor(float)."

DEFAULTS: tuple[Part, ...] = (
    tuple_of(2, "the opset as a number, the name of the output as a text"),
    item(
        "opset",
        0,
        lambda number: number == 15,
        'It is not the one that you would choose. "Opset: the version of the operators" says '
        "which one tf2onnx takes if you do not say.",
    ),
    item(
        "output",
        1,
        lambda text: text == "Identity:0",
        "This name is nobody's choice. See the session's list of outputs in \"Read the "
        'interface from the file", and copy it to the last character.',
    ),
)


def _image_shape(given: Given) -> None:
    [value, *_] = given.interface.inputs
    if value.shape is None or value.shape[1:] != (28, 28, 1):
        raise NotYetError(
            f"An image has shape {value.shape and value.shape[1:]} in the file. A Conv2D wants "
            "rows, columns and channels, as the exercise says."
        )


def _service_names(given: Given) -> None:
    found = [value.name for value in given.interface.inputs]
    if found != ["image"]:
        raise NotYetError(
            f"The inputs are called {quoted(found)}; the service feeds the name that the broken "
            "file has. The third argument of tf.TensorSpec is for that."
        )


def batch_of_one() -> onnx.ModelProto:
    model = onnx.load(DIGITS_MODEL)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    return model


def _prepared_form(given: Given) -> None:
    image = given.answer
    if not isinstance(image, np.ndarray):
        raise StopError(
            f"The answer is to be an array, this is {type(image).__name__}."
        )
    if image.shape != (1, 28, 28) or image.dtype != np.float32:
        raise StopError(
            f"This is {image.dtype} of shape {image.shape}. The file lists what it takes, and "
            "`prepare` gives that."
        )


def _prepared_range(given: Given) -> None:
    if given.answer.min() < 0 or given.answer.max() > 1:
        raise NotYetError(
            "The values leave the range of the training data, which is 0 to 1."
        )


def _prepared_ground(given: Given) -> None:
    image = given.answer[0]
    if image.mean() > image.max() / 3:
        raise NotYetError(
            "Look at the picture beside a test digit. Which of the two colors is ink for MNIST, "
            "and how much of the field does it cover?"
        )


def _prepared_place(given: Given) -> None:
    expected = given.expected
    if (
        not isinstance(expected, np.ndarray)
        or expected.shape != given.answer.shape
    ):
        raise StopError(
            "What is expected is to be the prepared image of the text, an array of the same "
            "shape. Run the cells above the exercise again."
        )
    if not np.allclose(given.answer, expected, atol=1e-6):
        raise NotYetError(
            "The digit is not in the size and the place that MNIST gives it. What does `crop` "
            "take for ink in the scan? The fix has to come before that step, not after it."
        )


def _fed_by_name(given: Given) -> None:
    by_name = isinstance(given.rows, Mapping) and set(given.rows) == {
        "top",
        "bottom",
    }
    if not by_name or not all(
        isinstance(half, np.ndarray) for half in given.rows.values()
    ):
        raise StopError(
            "The feed goes by order, or its names are not those of the inputs. A dict from name "
            "to array does not care for any order."
        )


def _half_shapes(given: Given) -> None:
    for value in given.interface.inputs:
        if value.shape is None or value.shape[1:] != (14, 28):
            raise NotYetError(
                f"One half has shape {value.shape and value.shape[1:]} in the file. How many rows "
                "and columns has half an image?"
            )


CONVOLUTION: tuple[Part, ...] = (
    MODEL,
    names({"pixels"}, {"probabilities"}),
    input_types("float", _GRAY_LEVELS),
    ("shape", _image_shape),
    DYNAMIC_BATCH,
    operators(
        {"Conv"},
        "There is no convolution among the operators of the file. List them with `describe`.",
    ),
    parity(
        "The file and Keras differ on the test digits. Do both hold the same weights, and did "
        "both get the same pixels? A network that was built again has other random weights."
    ),
)

ANY_BATCH: tuple[Part, ...] = (
    MODEL,
    ("names", _service_names),
    input_types("float", _GRAY_LEVELS),
    DYNAMIC_BATCH,
    parity(
        "The answers are not those of the trained model. Which model did you export?"
    ),
)

SCAN: tuple[Part, ...] = (
    ("type and shape", _prepared_form),
    ("range", _prepared_range),
    ("ink and paper", _prepared_ground),
    ("size and place", _prepared_place),
)

HALVES: tuple[Part, ...] = (
    MODEL,
    names({"top", "bottom"}),
    input_types("float", _GRAY_LEVELS),
    ("shapes", _half_shapes),
    DYNAMIC_BATCH,
    ("feed", _fed_by_name),
    parity(
        "They are not those of the whole image. Which rows went into which half, and in which "
        "order does the model join the two?"
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: DEFAULTS,
    2: CONVOLUTION,
    3: ANY_BATCH,
    4: SCAN,
    5: HALVES,
}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    2: ("rows", "expected"),
    3: ("rows", "expected"),
    4: ("expected",),
    5: ("rows", "expected"),
}
BROKEN: dict[int, Callable[[], onnx.ModelProto]] = {3: batch_of_one}
