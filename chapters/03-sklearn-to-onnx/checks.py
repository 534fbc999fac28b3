"""Checks of the exercises on scikit-learn models."""

from classroom.messages import later
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

ZIPMAP = later('"ZipMap: probabilities as dictionaries"')
_FLOAT_ROWS = later(
    "The rows are float32, and ONNX Runtime converts nothing. You say the type when you convert: "
    'see "float32, and why".'
)


REGRESSOR: tuple[Part, ...] = items(
    later("input name, input type, output name, number of output columns"),
    (
        later("input name"),
        "X",
        later(
            'An array has no name, so `to_onnx` has one ready: see "`convert_sklearn` or `to_onnx`".'
        ),
    ),
    (
        later("input type"),
        "tensor(double)",
        later(
            "It is the type of the row, as ONNX spells it and as a session prints it. "
            'Read "float32, and why" to the end.'
        ),
    ),
    (
        later("output name"),
        "variable",
        later(
            'A regressor has no label. See the table in "Which method is which output?".'
        ),
    ),
    (
        later("output columns"),
        1,
        later(
            "`predict` gives a flat array, the file gives a table. How many numbers does one row have?"
        ),
    ),
)


TUMORS: tuple[Part, ...] = (
    MODEL,
    names({"measurements"}, {"kind", "probabilities"}),
    input_types("float", _FLOAT_ROWS),
    DYNAMIC_BATCH,
    two_arrays(ZIPMAP),
    parity(
        later(
            "The probabilities aren't those of `predict_proba`. Did you convert the whole pipeline, "
            "and is the second output the one with the probabilities?"
        ),
        output=1,
    ),
)

FOREST: tuple[Part, ...] = (
    MODEL,
    input_types("float", _FLOAT_ROWS),
    DYNAMIC_BATCH,
    two_arrays(ZIPMAP),
    parity(
        later(
            "Some probabilities aren't those of the forest. Convert `tumor_forest` itself, and "
            "compare all rows."
        ),
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
