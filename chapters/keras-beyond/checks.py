"""Checks of the exercises on Keras models of your own design."""

from collections.abc import Mapping

import numpy as np

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    compare,
    items,
    names,
)

FORM = later("a word for each, out of those in the text of the exercise")


def _any_length(given: Given) -> None:
    for value in given.interface.inputs:
        if (
            value.name == "part"
            and value.shape
            and isinstance(value.shape[1], int)
        ):
            raise NotYetError(
                _(
                    "The second dimension of `part` is fixed to {size}, and a part may have any "
                    "length."
                ).format(size=value.shape[1])
            )


def _fed(given: Given) -> dict[str, np.ndarray]:
    """Rows of the exercise, or advice where they are something else."""
    rows = given.fed
    if (
        not isinstance(rows, Mapping)
        or set(rows) != {"part", "h"}
        or rows["part"].ndim != 3
    ):
        raise StopError(
            _(
                "The rows are to be a dict of two arrays, `part` and `h`, as in the cell of the "
                "check. Run the cells above the exercise again."
            )
        )
    return dict(rows)


def _answers(
    given: Given, rows: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Outputs by name."""
    found = [value.name for value in given.interface.outputs]
    if "y" not in found or "h_next" not in found:
        raise StopError(
            _(
                "The outputs that the exercise asks for are missing, so there is nothing to compare."
            )
        )
    return dict(zip(found, given.run(rows), strict=True))


def _whole(given: Given) -> None:
    rows = _fed(given)
    compare(
        given.truth,
        _answers(given, rows)["y"],
        later(
            "They are not those of `counter` from an empty memory on. Which weights are in your "
            "model?"
        ),
    )


def _two_parts(given: Given) -> None:
    rows, truth = _fed(given), given.truth
    half = rows["part"].shape[1] // 2
    first = _answers(given, {**rows, "part": rows["part"][:, :half]})
    after = {"part": rows["part"][:, half:], "h": first["h_next"]}
    advice = later(
        "A part on doesn't lead to the answers of the whole. What does your file "
        "give out as the memory, and where does it take it in?"
    )
    both = np.concatenate([first["y"], _answers(given, after)["y"]], axis=1)
    compare(truth, both, advice)


STEPS: tuple[Part, ...] = items(
    FORM,
    (
        later("py_function"),
        "log",
        later(
            "The first one stops before there is a file that could be checked."
        ),
    ),
    (
        later("a number drawn by NumPy"),
        "parity",
        later("The second file is valid, loads and runs. What is left?"),
    ),
    (
        later("inputs that nobody named"),
        "session",
        later(
            "The third file is valid: see what happens when you feed it."
        ),
    ),
)

STATE: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"part", "h"}, {"y", "h_next"}),
    DYNAMIC_BATCH,
    (later("any length"), _any_length),
    (later("answers"), _whole),
    (later("two parts"), _two_parts),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: STEPS, 2: STATE}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
