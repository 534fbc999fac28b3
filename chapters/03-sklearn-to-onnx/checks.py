"""Checks of the exercises on scikit-learn models."""

from collections.abc import Callable

import numpy as np

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Given,
    NotYetError,
    Part,
    StopError,
    compare,
    input_types,
    item,
    operators,
    parity,
    plural,
    tuple_of,
)

_ARRAY_ROWS = (
    "The rows are float32, and ONNX Runtime converts nothing. What decides about the type is the "
    'row that `to_onnx` sees: "float32, and why".'
)


def _is_text(right: str) -> Callable[[object], bool]:
    return lambda text: str(text).strip() == right


REGRESSOR: tuple[Part, ...] = (
    tuple_of(
        4, "input name, input type, output name, number of output columns"
    ),
    item(
        "input name",
        0,
        _is_text("X"),
        "`to_onnx` gives an array a fixed name: see the end of the trip.",
    ),
    item(
        "input type",
        1,
        _is_text("tensor(double)"),
        "It is the type of the row, as ONNX spells it and as a session prints it. "
        'Read "float32, and why" to the end.',
    ),
    item(
        "output name",
        2,
        _is_text("variable"),
        'A regressor has no label. See the table in "Which method is which output?".',
    ),
    item(
        "output columns",
        3,
        lambda number: number == 1,
        "`predict` gives a flat array, the file a table: how many numbers has one row of it?",
    ),
)


def _is_an_array(given: Given) -> None:
    types = [value.type for value in given.interface.outputs]
    if any(not kind.startswith("tensor(") for kind in types):
        raise StopError(
            f"An output is {types[-1]}: a list of dictionaries, one a row. "
            'See "ZipMap: probabilities as dictionaries" for the option that leaves them out.'
        )
    if len(types) != 2:
        raise StopError(
            f"The file has {plural(len(types), 'output')}, a classifier has two."
        )


def _labels(given: Given) -> None:
    labels, truth = given.run(given.fed)[0], given.truth
    if truth.ndim != 2 or truth.dtype.kind != "f":
        raise StopError(
            "What the training library says is to be its probabilities: a row for each case, a "
            "column for each class, as `predict_proba` gives them."
        )
    if (
        labels.shape != (len(truth),)
        or (labels != truth.argmax(axis=1)).any()
    ):
        raise NotYetError(
            "Some labels are not the class with the largest probability. Is the voting soft, and "
            "is it the same fitted model on both sides?"
        )


# The row of the exercise that has a hole, counted from 0.
_HOLE = 2


def _five_answers(given: Given) -> None:
    try:
        count = len(given.answer)
    except TypeError:
        count = 1
    if isinstance(given.answer, str) or count != 5:
        raise StopError(
            f"Five customers asked, and {plural(count, 'answer')} came. Whoever asked has "
            "to find an answer at the place of each row."
        )


def _no_call_invented(given: Given) -> None:
    if str(list(given.answer)[_HOLE]) != "unknown":
        raise NotYetError(
            "The row with the hole got an answer from the model, so a number was put into the "
            "hole. Nobody knows how often this customer called."
        )


def _others_answered(given: Given) -> None:
    right = given.expected
    if not isinstance(right, np.ndarray) or right.shape != (5,):
        raise StopError(
            "What is expected is to be the array of the five answers that the pipeline gives, "
            "from the text of the exercise."
        )
    pairs = zip(given.answer, right, strict=True)
    others = [str(mine) == str(other) for mine, other in pairs]
    del others[_HOLE]
    if not all(others):
        raise NotYetError(
            "A row without a hole has another answer than from the pipeline. Feed those rows, and "
            "put the answers back to their own places."
        )


def _rows_without_a_hole(given: Given) -> None:
    _compare_rows(
        given,
        ~np.isnan(given.table).any(axis=1),
        "They differ although nothing is missing. Only the attribute for missing "
        "values may change.",
    )


def _rows_with_a_hole(given: Given) -> None:
    _compare_rows(
        given,
        np.isnan(given.table).any(axis=1),
        "A missing value goes another way than in scikit-learn. See how "
        '"Missing values in tree ensembles" writes the sides into the file, node by node.',
    )


def _compare_rows(given: Given, chosen: np.ndarray, advice: str) -> None:
    compare(given.truth[chosen], given.run(given.table[chosen])[1], advice)


VOTE: tuple[Part, ...] = (
    MODEL,
    input_types("float", _ARRAY_ROWS),
    DYNAMIC_BATCH,
    ("outputs", _is_an_array),
    ("labels", _labels),
    parity(
        "The probabilities are not those of `predict_proba`. Are the voters fitted, and was this "
        "very model converted?",
        output=1,
    ),
)

CUSTOMERS: tuple[Part, ...] = (
    ("one answer a row", _five_answers),
    ("row with a hole", _no_call_invented),
    ("other rows", _others_answered),
)

LOGARITHM: tuple[Part, ...] = (
    MODEL,
    input_types("float", _ARRAY_ROWS),
    DYNAMIC_BATCH,
    ("outputs", _is_an_array),
    operators(
        {"Add", "Log"},
        "The two operators that the exercise names are not both in the file. List them with "
        "`describe`: was your converter registered, and does the graph end in its last node?",
    ),
    parity(
        "The probabilities are not those of the pipeline. Compare the new step alone first, for "
        "x = 0 and x = 1.",
        output=1,
    ),
)

TREES: tuple[Part, ...] = (
    MODEL,
    input_types("float", _ARRAY_ROWS),
    DYNAMIC_BATCH,
    ("outputs", _is_an_array),
    ("rows without a hole", _rows_without_a_hole),
    ("rows with a hole", _rows_with_a_hole),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: REGRESSOR,
    2: VOTE,
    3: CUSTOMERS,
    4: LOGARITHM,
    5: TREES,
}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    2: ("rows", "expected"),
    3: ("expected",),
    4: ("rows", "expected"),
    5: ("rows", "expected"),
}
