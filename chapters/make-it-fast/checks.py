"""Checks of the exercises on speed as a trade."""

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    items,
)

BATCH: tuple[Part, ...] = items(
    "the size for a, for b and for c",
    (
        "a",
        64,
        "Nobody waits at night, so only the work per row counts. From which size on is the "
        "curve flat?",
    ),
    (
        "b",
        1,
        "At 20 requests a second, they come 50 ms apart. How long does the first of a batch wait?",
    ),
    (
        "c",
        64,
        "In how many milliseconds do 50,000 requests a second fill a batch of this size, and "
        "which size does the text ask for?",
    ),
)


def _is_quantized(given: Given) -> None:
    wanted = {"QuantizeLinear", "DynamicQuantizeLinear", "QLinearMatMul"}
    if not wanted & set(given.interface.operators):
        raise NotYetError(
            "No operator in the file computes with 8 bits: it isn't quantized. The exercise "
            "asks for a file like hers, with better rows."
        )


def _has_few_changes(given: Given) -> None:
    [answer, *_] = given.run(given.fed)
    if answer.shape != given.truth.shape:
        raise NotYetError(
            f"The answers have shape {answer.shape}, not {given.truth.shape}."
        )
    changed = (answer.argmax(axis=1) != given.truth.argmax(axis=1)).mean()
    if not changed < 0.01:
        raise NotYetError(
            f"The labels of {changed:.0%} of the rows change. Print the first step of your file, and compare "
            "the range of your rows with that of the model's users."
        )


SAMPLE: tuple[Part, ...] = (
    MODEL,
    VALID,
    DYNAMIC_BATCH,
    ("quantized", _is_quantized),
    ("answers", _has_few_changes),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: BATCH, 2: SAMPLE}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
