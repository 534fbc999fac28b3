"""Checks of the exercises on the inside of a file."""

import re

import numpy as np
import onnx

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    compare,
    digits,
    input_types,
    names,
    tuple_of,
)


def _read_type(text: object) -> onnx.TypeProto.Tensor:
    """Return the type that a text declares in ONNX text; anything else is an error."""
    if not isinstance(text, str) or not re.fullmatch(
        r"float\s*(\[[^\[\]]*\])?", text.strip()
    ):
        raise ValueError
    model = onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["": 17]> g ({text} x) => (float y) {{ y = Identity(x) }}'
    )
    return model.graph.input[0].type.tensor_type


def _dims(text: object) -> list[object] | None:
    """Return sizes of a declared shape: numbers, or None for any; None without a shape."""
    tensor = _read_type(text)
    if not tensor.HasField("shape"):
        return None
    return [
        dim.dim_value if dim.HasField("dim_value") else None
        for dim in tensor.shape.dim
    ]


def _are_types(given: Given) -> None:
    for place, text in enumerate(given.answer):
        try:
            _read_type(text)
        except Exception as error:  # the parser raises a type of its own
            raise StopError(
                _(
                    "Text {place} is no such type. Write what stands in front of a name in the "
                    'text of a model, as in "Build a model by hand".'
                ).format(place=place + 1)
            ) from error


def _declares(place: int, wanted: list[object] | None, advice: str):
    def look(given: Given) -> None:
        if _dims(given.answer[place]) != wanted:
            raise NotYetError(_(advice))

    return look


TYPES: tuple[Part, ...] = (
    tuple_of(4, later("a text for each of the four")),
    (later("texts"), _are_types),
    (
        later("a number"),
        _declares(
            0,
            [],
            later(
                "The first is to have no dimensions at all. Count those that you wrote."
            ),
        ),
    ),
    (
        later("any length"),
        _declares(
            1,
            [None],
            later(
                "The second is to have exactly one dimension, and its size is to be open."
            ),
        ),
    ),
    (
        later("any number of rows"),
        _declares(
            2,
            [None, 28],
            later(
                "The third is to have two dimensions: rows, as many as come, and then the columns."
            ),
        ),
    ),
    (
        later("any rank"),
        _declares(
            3,
            None,
            later(
                "The fourth says that there is a shape, and the number of its dimensions. Nobody "
                'knows that: see the last row of the table in "Types and dimensions".'
            ),
        ),
    ),
)


def _keeps_probabilities(given: Given) -> None:
    images, expected = digits()
    pixels = (
        (images * 255).round().astype(np.uint8).reshape(len(images), -1)
    )
    compare(
        expected,
        given.run(pixels)[0],
        later(
            "They are not those of the digits model. Does each image keep its pixels, in their order, "
            "and are they still divided?"
        ),
    )


COLUMNS: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"pixels"}, {"probabilities"}),
    input_types(
        "uint8",
        later(
            "The callers send whole numbers from 0 to 255, as in the text."
        ),
    ),
    DYNAMIC_BATCH,
    (later("answers"), _keeps_probabilities),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: TYPES,
    2: COLUMNS,
}
