"""Checks of the exercises on Keras models."""

from collections.abc import Callable

import onnx

from classroom.given import Given, NotYetError
from classroom.messages import _, later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Part,
    input_types,
    items,
    names,
    operators,
    parity,
    quoted,
)
from helpers import DIGITS_MODEL

_GRAY_LEVELS = later(
    "The digits are float32, which ONNX calls tensor(float)."
)

DEFAULTS: tuple[Part, ...] = items(
    later("the opset as a number, the name of the output as a text"),
    (
        later("opset"),
        15,
        later(
            'It is not the one that this lesson takes. "Opset: the version of the operators" says '
            "which one tf2onnx takes if you do not say."
        ),
    ),
    (
        later("output"),
        "Identity:0",
        later(
            "This name is nobody's choice. See the session's list of outputs in \"Read the "
            'interface from the file", and copy it to the last character.'
        ),
    ),
)


def _image_shape(given: Given) -> None:
    value = given.interface.inputs[0]
    if value.shape is None or value.shape[1:] != (28, 28, 1):
        raise NotYetError(
            _(
                "An image has shape {shape} in the file. A Conv2D wants "
                "rows, columns and channels, as the exercise says."
            ).format(shape=value.shape and value.shape[1:])
        )


def _service_names(given: Given) -> None:
    found = [value.name for value in given.interface.inputs]
    if found != ["image"]:
        raise NotYetError(
            _(
                "The inputs are called {found}; the service feeds the name that the broken "
                "file has. The third argument of tf.TensorSpec is for that."
            ).format(found=quoted(found))
        )


def batch_of_one() -> onnx.ModelProto:
    model = onnx.load(DIGITS_MODEL)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    return model


CONVOLUTION: tuple[Part, ...] = (
    MODEL,
    names({"pixels"}, {"probabilities"}),
    input_types("float", _GRAY_LEVELS),
    (later("shape"), _image_shape),
    DYNAMIC_BATCH,
    operators(
        {"Conv"},
        later(
            "There is no convolution among the operators of the file. List them with `describe`."
        ),
    ),
    parity(
        later(
            "The file and Keras differ on the test digits. Do both hold the same weights, and did "
            "both get the same pixels? A network that was built again has other random weights."
        )
    ),
)

ANY_BATCH: tuple[Part, ...] = (
    MODEL,
    (later("names"), _service_names),
    input_types("float", _GRAY_LEVELS),
    DYNAMIC_BATCH,
    parity(
        later(
            "The answers are not those of the trained model. Which model did you export?"
        )
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: DEFAULTS,
    2: CONVOLUTION,
    3: ANY_BATCH,
}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    2: ("rows", "expected"),
    3: ("rows", "expected"),
}
BROKEN: dict[int, Callable[[], onnx.ModelProto]] = {3: batch_of_one}
