"""Checks of the exercises on what ONNX is."""

import numpy as np

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    items,
    names,
)


def _finds_the_largest(given: Given) -> None:
    scores = np.float32([[1, 5, 2], [9, 0, 3], [0, 1, 4]])
    found = given.run(scores)[0]
    if found.dtype.kind not in "iu":
        raise NotYetError(
            f"The position comes as {found.dtype}. It counts columns: ask the operator's page in "
            "the standard for the type that it makes, and declare that."
        )
    if found.shape != (3,) or (found != scores.argmax(axis=1)).any():
        raise NotYetError(
            "The model no longer gives the position of the largest score in each row. The nodes "
            "were fine as they came: look at what is around them."
        )


LARGEST: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"scores"}, {"position"}),
    DYNAMIC_BATCH,
    ("answers", _finds_the_largest),
)

VERSIONS: tuple[Part, ...] = items(
    "which version, the release of the package, the IR version",
    (
        "which version",
        lambda text: str(text).lower().split()[:1] == ["opset"],
        "Look at how large the others are: print onnx.__version__ and onnx.IR_VERSION of the "
        "installed package, which knows all that came before it.",
    ),
    (
        "release",
        lambda text: (str(text) + ".").startswith("1.12."),
        "helper.VERSION_TABLE has a row for each release, as the text `1.x.y`. Find the "
        "earliest whose third number is the colleague's.",
    ),
    ("IR version", 8, "It is in the row of that release, as a number."),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: VERSIONS, 2: LARGEST}
