"""Checks of the exercises on scikit-learn models."""

from collections.abc import Callable

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Given,
    Part,
    StopError,
    input_types,
    item,
    names,
    parity,
    plural,
    tuple_of,
)

_FLOAT_ROWS = (
    "The rows are float32, and ONNX Runtime converts nothing. You say the type when you convert: "
    'see "float32, and why".'
)


def _is_text(right: str) -> Callable[[object], bool]:
    return lambda text: str(text).strip() == right


REGRESSOR: tuple[Part, ...] = (
    tuple_of(
        4, "input name, input type, output name, number of output columns"
    ),
    item(
        "input name",
        0,
        _is_text("X"),
        'An array has no name, so `to_onnx` has one ready: see "`convert_sklearn` or `to_onnx`".',
    ),
    item(
        "input type",
        1,
        _is_text("tensor(double)"),
        "It is the type of the row, as ONNX spells it and as a session prints it. "
        'Read "float32, and why" to the end.',
    ),
    item(
        "output name",
        2,
        _is_text("variable"),
        'A regressor has no label. See the table in "Which method is which output?".',
    ),
    item(
        "output columns",
        3,
        lambda number: number == 1,
        "`predict` gives a flat array, the file gives a table. How many numbers does one row have?",
    ),
)


def _is_an_array(given: Given) -> None:
    types = [value.type for value in given.interface.outputs]
    if any(not kind.startswith("tensor(") for kind in types):
        raise StopError(
            f"An output is {types[-1]}: a list of dictionaries, one per row. "
            'See "ZipMap: probabilities as dictionaries" for the option that leaves them out.'
        )
    if len(types) != 2:
        raise StopError(
            f"The file has {plural(len(types), 'output')}; a classifier has two."
        )


TUMORS: tuple[Part, ...] = (
    MODEL,
    names({"measurements"}, {"kind", "probabilities"}),
    input_types("float", _FLOAT_ROWS),
    DYNAMIC_BATCH,
    ("outputs", _is_an_array),
    parity(
        "The probabilities aren't those of `predict_proba`. Did you convert the whole pipeline, "
        "and is the second output the one with the probabilities?",
        output=1,
    ),
)

FOREST: tuple[Part, ...] = (
    MODEL,
    input_types("float", _FLOAT_ROWS),
    DYNAMIC_BATCH,
    ("outputs", _is_an_array),
    parity(
        "Some probabilities aren't those of the forest. Convert `tumor_forest` itself, and "
        "compare all rows.",
        output=1,
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: REGRESSOR,
    2: TUMORS,
    3: FOREST,
}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {
    2: ("rows", "expected"),
    3: ("rows", "expected"),
}
