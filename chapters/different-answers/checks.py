"""Checks of the exercises on answers that differ."""

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    compare,
    input_types,
    parity,
)

_ROWS = (
    "The rows are float32, so the input stays what it was: tensor(float)."
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
        "The probabilities are not those of `predict_proba`. Work out by hand what the first row's "
        "scores should become, and what the file makes of them.",
    )


def _labels(given: Given) -> None:
    compare(
        given.truth.argmax(axis=1),
        given.run(given.table)[0],
        "The labels were right before; now some are not. Change what happens to the scores, and "
        "nothing else.",
    )


RATE: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types("float", _ROWS),
    DYNAMIC_BATCH,
    parity(
        "The answers are not those of the model. Put a few of the file's and the model's next to "
        "each other: is the difference the same for all, or the ratio, or neither?"
    ),
)

TWO_CLASSES: tuple[Part, ...] = (
    MODEL,
    VALID,
    input_types("float", _ROWS),
    DYNAMIC_BATCH,
    ("labels", _labels),
    ("probabilities", _probabilities),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: RATE, 2: TWO_CLASSES}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    1: ("rows", "expected"),
    2: ("rows", "expected"),
}
