"""Checks of the exercises on boosters."""

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
    "what happens for a, b, c and d",
    (
        "a",
        "error",
        "The converter reads a name as the number of a column. Are these names numbers?",
    ),
    (
        "b",
        "wrong",
        "Which codes does pandas give when a category is missing? And does the file look at texts?",
    ),
    ("c", "error", 'See the last cell of "Categories stay behind".'),
    (
        "d",
        "right",
        'The rows of "The shortest path" have missing weights. What did the comparison say?',
    ),
)


SWAPPED: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types("float", "XGBoost decides in float32: tensor(float)."),
    DYNAMIC_BATCH,
    probabilities(
        "The probabilities are not those of `predict_proba`. Which column of the rows does each "
        "split read in the file, and which in the model?"
    ),
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
