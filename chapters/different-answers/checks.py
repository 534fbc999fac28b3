"""Checks of the exercises on answers that differ."""

from classroom.given import Given
from classroom.messages import later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    compare,
    input_types,
    parity,
    probabilities,
)

_ROWS = later(
    "The rows are float32, so the input stays what it was: tensor(float)."
)


def _labels(given: Given) -> None:
    compare(
        given.truth.argmax(axis=1),
        given.run(given.table)[0],
        later(
            "The labels were right before; now some are not. Change what happens to the scores, and "
            "nothing else."
        ),
    )


RATE: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types("float", _ROWS),
    DYNAMIC_BATCH,
    parity(
        later(
            "The answers are not those of the model. Put a few of the file's and the model's next to "
            "each other: is the difference the same for all, or the ratio, or neither?"
        )
    ),
)

TWO_CLASSES: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types("float", _ROWS),
    DYNAMIC_BATCH,
    (later("labels"), _labels),
    probabilities(
        later(
            "The probabilities are not those of `predict_proba`. Work out by hand what the first row's "
            "scores should become, and what the file makes of them."
        )
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: RATE, 2: TWO_CLASSES}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    1: ("rows", "expected"),
    2: ("rows", "expected"),
}
