"""Checks of the exercises on what has no converter."""

from classroom.messages import later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Part,
    input_types,
    items,
    operators,
    parity,
    two_arrays,
)

OPTIONS: tuple[Part, ...] = items(
    later("what happens for a, b, c and d"),
    (
        later("a"),
        "error",
        later(
            "Compare the spelling with the list of options. Which mistakes raise an error?"
        ),
    ),
    (
        later("b"),
        "dictionaries",
        later(
            "Is this class in the pipeline? See the line `class not there`."
        ),
    ),
    (
        later("c"),
        "array",
        later("See the line `name__option`: is this the name of a step?"),
    ),
    (
        later("d"),
        "error",
        later(
            "Compare the name with `plain.steps`, and see the line `name not there`."
        ),
    ),
)


LOGARITHM: tuple[Part, ...] = (
    MODEL,
    input_types(
        "float",
        later(
            "The rows are float32, and ONNX Runtime converts nothing. The row that `to_onnx` sees "
            "decides about the type."
        ),
    ),
    DYNAMIC_BATCH,
    two_arrays(later('"Options: one model, several files"')),
    operators(
        {"Add", "Log"},
        later(
            "The two operators that the exercise names are not both in the file. List them with "
            "`describe`: was your converter registered, and does the graph end in its last node?"
        ),
    ),
    parity(
        later(
            "The probabilities are not those of the pipeline. Compare the new step alone first, for "
            "x = 0 and x = 1."
        ),
        output=1,
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: OPTIONS, 2: LOGARITHM}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
