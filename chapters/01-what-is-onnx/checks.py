"""Checks of the exercises on what ONNX is."""

import numpy as np

from classroom.given import Given, NotYetError
from classroom.messages import _, later
from classroom.parts import DYNAMIC_BATCH, MODEL, VALID, Part, items, names


def _finds_the_largest(given: Given) -> None:
    scores = np.float32([[1, 5, 2], [9, 0, 3], [0, 1, 4]])
    found = given.run(scores)[0]
    if found.dtype.kind not in "iu":
        raise NotYetError(
            _(
                "The position comes as {dtype}. It counts columns: ask the operator's page in "
                "the standard for the type that it makes, and declare that."
            ).format(dtype=found.dtype)
        )
    if found.shape != (3,) or (found != scores.argmax(axis=1)).any():
        raise NotYetError(
            _(
                "The model no longer gives the position of the largest score in each row. The nodes "
                "were fine as they came: look at what is around them."
            )
        )


LARGEST: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"scores"}, {"position"}),
    DYNAMIC_BATCH,
    (later("answers"), _finds_the_largest),
)

VERSIONS: tuple[Part, ...] = items(
    later("which version, the release of the package, the IR version"),
    (
        later("which version"),
        lambda text: (
            "opset" in str(text).lower()
            and "ir" not in str(text).lower().split()
        ),
        later(
            "Look at how large the others are: print onnx.__version__ and onnx.IR_VERSION of the "
            "installed package, which knows all that came before it."
        ),
    ),
    (
        later("release"),
        lambda text: (str(text) + ".").startswith("1.12."),
        later(
            "helper.VERSION_TABLE has a row for each release, as the text `1.x.y`. Find the "
            "earliest whose third number is the colleague's."
        ),
    ),
    (
        later("IR version"),
        8,
        later("It is in the row of that release, as a number."),
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: VERSIONS, 2: LARGEST}
