"""Checks of the exercises on boosters."""

from collections.abc import Callable

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    compare,
    input_types,
    item,
    parity,
    tuple_of,
)


def _is(right: str) -> Callable[[object], bool]:
    """Whether a text is the right one."""
    return lambda text: str(text).strip() == right


OUTCOMES: tuple[Part, ...] = (
    tuple_of(4, "what happens for a, b, c and d"),
    item(
        "a",
        0,
        _is("error"),
        "The converter reads a name as the number of a column. Are these names numbers?",
    ),
    item(
        "b",
        1,
        _is("wrong"),
        "Which codes does pandas give when a category is missing? And does the file look at texts?",
    ),
    item(
        "c",
        2,
        _is("error"),
        'See the last cell of "Categories stay behind".',
    ),
    item(
        "d",
        3,
        _is("right"),
        'The rows of "The shortest path" have missing weights. What did the comparison say?',
    ),
)


def _probabilities(given: Given) -> None:
    outputs = given.run(given.table)
    if len(outputs) != 2:
        raise NotYetError(
            "The file has labels and probabilities, and both are still wanted."
        )
    compare(
        given.truth,
        outputs[1],
        "The probabilities are not those of `predict_proba`. Which column of the rows does each "
        "split read in the file, and which in the model?",
    )


SWAPPED: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types("float", "XGBoost decides in float32: tensor(float)."),
    DYNAMIC_BATCH,
    ("probabilities", _probabilities),
)

TIMER: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types(
        "double",
        "The callers feed float64. Convert with a row of that type.",
    ),
    DYNAMIC_BATCH,
    parity(
        "The answers are not those of the model. Which numbers do the thresholds of your file "
        "have, those of LightGBM or rounded ones?"
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: OUTCOMES, 2: TIMER, 3: SWAPPED}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    2: ("rows", "expected"),
    3: ("rows", "expected"),
}
