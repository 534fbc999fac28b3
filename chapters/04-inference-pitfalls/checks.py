"""Checks of the exercises on inference pitfalls."""

from collections.abc import Callable, Mapping

import numpy as np
import onnx
from sklearn.datasets import load_wine

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    compare,
    digits,
    items,
    names,
)
from helpers import DIGITS_MODEL


def _is_line(right: str) -> Callable[[object], bool]:
    return lambda text: str(text).strip().strip("'\"").lower() == right


def _is_feed(given: Given) -> None:
    feed = given.answer
    if not isinstance(feed, Mapping) or len(feed) != 1:
        raise StopError(
            _(
                "The answer is to be a dict from the name of the only input to an array, as in "
                "every call of the session on this page."
            )
        )


def _array(given: Given) -> np.ndarray:
    [value] = given.answer.values()
    try:
        return np.asarray(value)
    except ValueError as error:
        raise StopError(
            _(
                "What the dict holds is not one array: its rows are of different length."
            )
        ) from error


def _input_name(given: Given) -> None:
    if list(given.answer) != ["X"]:
        raise NotYetError(
            _(
                'The session knows its only input by another name. See "The names differ".'
            )
        )


def _one_row(given: Given) -> None:
    shape = _array(given).shape
    if shape != (1, 13):
        raise NotYetError(
            _(
                "The array has the shape {shape}, and the model wants a batch, here with a single "
                'row in it. See "A single row has the wrong rank".'
            ).format(shape=shape)
        )


def _element_type(given: Given) -> None:
    kind = _array(given).dtype
    if kind != np.float32:
        raise NotYetError(
            _(
                "The array is {kind}, and that is not what the session lists. "
                'See "float64 meets float32".'
            ).format(kind=kind)
        )


def _order(given: Given) -> None:
    found = _array(given)
    right = load_wine().data[100]
    if found.dtype.kind not in "iuf" or found.size != right.size:
        raise NotYetError(
            _("The array does not hold the numbers of this wine.")
        )
    if not np.allclose(found.ravel(), right, rtol=1e-4):
        raise NotYetError(
            _(
                "The numbers are not in the order of the training. The file carries the list: see "
                '"The columns are in a different order".'
            )
        )


def softmax_twice() -> onnx.ModelProto:
    model = onnx.load(DIGITS_MODEL)
    again = onnx.helper.make_node("Softmax", ["probabilities"], ["answer"])
    model.graph.node.append(again)
    model.graph.output[0].name = "answer"
    return model


def _spread(given: Given) -> None:
    images = digits()[0]
    found = given.run(images)[0]
    if not np.allclose(found.sum(axis=-1), 1, atol=1e-3):
        raise NotYetError(
            _(
                "They do not sum to 1 for each digit any more, so what comes out are scores. Too much "
                "was taken out."
            )
        )
    if found.max() < 0.5:
        raise NotYetError(
            _(
                "They sum to 1, and yet the largest stays below 0.3. Print `op_type` of the last "
                "nodes of the file, and say of each what it is for."
            )
        )


def _one_output(given: Given) -> None:
    count = len(given.interface.outputs)
    if count != 1:
        raise NotYetError(
            _(
                "The file has {count} outputs, and the broken one had a single one."
            ).format(count=count)
        )


def _digits_again(given: Given) -> None:
    images, expected = digits()
    compare(
        expected,
        given.run(images)[0],
        later(
            "They are not those of the digits model. What was right in the file has to stay."
        ),
    )


REPORT: tuple[Part, ...] = items(
    later("a name of a line for each of the three mistakes"),
    (
        later("float64 rows"),
        _is_line("dtypes"),
        later(
            "This one is seen before anything is run: compare what comes with what the file lists."
        ),
    ),
    (
        later("converted for one row"),
        _is_line("shapes"),
        later(
            "The file says it itself, in its interface, so no batch has to be tried."
        ),
    ),
    (
        later("sorted columns"),
        _is_line("parity"),
        later(
            "Names, types and sizes all fit. What is left that could tell?"
        ),
    ),
)

FEED: tuple[Part, ...] = (
    (later("form"), _is_feed),
    (later("name"), _input_name),
    (later("one row"), _one_row),
    (later("type"), _element_type),
    (later("order"), _order),
)

MYSTERY: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"image"}),
    (later("one output"), _one_output),
    DYNAMIC_BATCH,
    (later("probabilities"), _spread),
    (later("answers"), _digits_again),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: REPORT,
    2: FEED,
    3: MYSTERY,
}
BROKEN: dict[int, Callable[[], onnx.ModelProto]] = {3: softmax_twice}
