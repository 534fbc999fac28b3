"""Checks of the exercises on boosters."""

from classroom.messages import later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    input_types,
    items,
    parity,
    probabilities,
)

OUTCOMES: tuple[Part, ...] = items(
    later("what happens for a, b, c and d"),
    (
        later("a"),
        "error",
        later(
            "The converter reads a name as the number of a column. Are these names numbers?"
        ),
    ),
    (
        later("b"),
        "wrong",
        later(
            "Which codes does pandas give when a category is missing? And does the file look at texts?"
        ),
    ),
    (
        later("c"),
        "error",
        later('See the last cell of "Categories stay behind".'),
    ),
    (
        later("d"),
        "right",
        later(
            'The rows of "The shortest path" have missing weights. What did the comparison say?'
        ),
    ),
)


SWAPPED: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types(
        "float", later("XGBoost decides in float32: tensor(float).")
    ),
    DYNAMIC_BATCH,
    probabilities(
        later(
            "The probabilities are not those of `predict_proba`. Which column of the rows does each "
            "split read in the file, and which in the model?"
        )
    ),
)

TIMER: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types(
        "double",
        later("The callers feed float64. Convert with a row of that type."),
    ),
    DYNAMIC_BATCH,
    parity(
        later(
            "The answers are not those of the model. Which numbers do the thresholds of your file "
            "have, those of LightGBM or rounded ones?"
        )
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: OUTCOMES, 2: TIMER, 3: SWAPPED}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    2: ("rows", "expected"),
    3: ("rows", "expected"),
}
