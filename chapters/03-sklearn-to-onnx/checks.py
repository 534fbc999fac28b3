"""Checks of the exercises on scikit-learn models."""

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    Part,
    input_types,
    items,
    names,
    parity,
    two_arrays,
)

ZIPMAP = '"ZipMap: probabilities as dictionaries"'
_FLOAT_ROWS = (
    "The rows are float32, and ONNX Runtime converts nothing. You say the type when you convert: "
    'see "float32, and why".'
)


REGRESSOR: tuple[Part, ...] = items(
    "input name, input type, output name, number of output columns",
    (
        "input name",
        "X",
        'An array has no name, so `to_onnx` has one ready: see "`convert_sklearn` or `to_onnx`".',
    ),
    (
        "input type",
        "tensor(double)",
        "It is the type of the row, as ONNX spells it and as a session prints it. "
        'Read "float32, and why" to the end.',
    ),
    (
        "output name",
        "variable",
        'A regressor has no label. See the table in "Which method is which output?".',
    ),
    (
        "output columns",
        1,
        "`predict` gives a flat array, the file gives a table. How many numbers does one row have?",
    ),
)


TUMORS: tuple[Part, ...] = (
    MODEL,
    names({"measurements"}, {"kind", "probabilities"}),
    input_types("float", _FLOAT_ROWS),
    DYNAMIC_BATCH,
    two_arrays(ZIPMAP),
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
    two_arrays(ZIPMAP),
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
