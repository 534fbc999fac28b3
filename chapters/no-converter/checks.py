"""Checks of the exercises on what has no converter."""

from collections.abc import Callable

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Given,
    Part,
    StopError,
    input_types,
    item,
    operators,
    parity,
    plural,
    tuple_of,
)


def _is(right: str) -> Callable[[object], bool]:
    """Whether a text is the right one."""
    return lambda text: str(text).strip() == right


OPTIONS: tuple[Part, ...] = (
    tuple_of(4, "what happens for a, b, c and d"),
    item(
        "a",
        0,
        _is("error"),
        "Compare the spelling with the list of options. Which mistakes raise an error?",
    ),
    item(
        "b",
        1,
        _is("dictionaries"),
        "Is this class in the pipeline? See the line `class not there`.",
    ),
    item(
        "c",
        2,
        _is("array"),
        "See the line `name__option`: is this the name of a step?",
    ),
    item(
        "d",
        3,
        _is("error"),
        "Compare the name with `plain.steps`, and see the line `name not there`.",
    ),
)


def _is_an_array(given: Given) -> None:
    types = [value.type for value in given.interface.outputs]
    if any(not kind.startswith("tensor(") for kind in types):
        raise StopError(
            f"An output is {types[-1]}: a list of dictionaries, one per row. See the option that "
            'leaves them out in "Options: one model, several files".'
        )
    if len(types) != 2:
        raise StopError(
            f"The file has {plural(len(types), 'output')}, a classifier has two."
        )


LOGARITHM: tuple[Part, ...] = (
    MODEL,
    input_types(
        "float",
        "The rows are float32, and ONNX Runtime converts nothing. The row that `to_onnx` sees "
        "decides about the type.",
    ),
    DYNAMIC_BATCH,
    ("outputs", _is_an_array),
    operators(
        {"Add", "Log"},
        "The two operators that the exercise names are not both in the file. List them with "
        "`describe`: was your converter registered, and does the graph end in its last node?",
    ),
    parity(
        "The probabilities are not those of the pipeline. Compare the new step alone first, for "
        "x = 0 and x = 1.",
        output=1,
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: OPTIONS, 2: LOGARITHM}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
