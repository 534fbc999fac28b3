"""Checks of the exercises on what ONNX is."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    StopError,
    compare,
    digits,
    input_types,
    item,
    names,
    tuple_of,
)


def _standardizes(given: Given) -> None:
    for count in (1, 5):
        x = np.arange(3 * count, dtype=np.float32).reshape(count, 3)
        expected = (x - np.float32([1, 2, 3])) / np.float32([2, 4, 8])
        compare(
            expected,
            given.run(x)[0],
            "They differ from the formula's. Take one row, compute it with pencil and paper, and "
            'print what each node makes, as in "Cut off a subgraph".',
        )


def _is_stored(given: Given) -> None:
    if (
        len(given.model.graph.initializer) < 2
        and "Constant" not in given.interface.operators
    ):
        raise NotYetError(
            "The file does not hold the mean and the deviation as arrays of their own. "
            'See "Initializer" for the place where such numbers live.'
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
            "were fine as they came: look at what stands around them."
        )


def _keeps_probabilities(given: Given) -> None:
    images, expected = digits()
    compare(
        expected,
        _by_name(given, images)["probabilities"],
        "They are not those of the digits model any more. Its own nodes have to stay as they are.",
    )


def _chooses_the_digit(given: Given) -> None:
    images, expected = digits()
    digit = _by_name(given, images)["digit"]
    if digit.dtype.kind not in "iu":
        raise NotYetError(
            f"The class comes as {digit.dtype}, and it is to be a whole number."
        )
    if digit.shape != (len(images),):
        raise NotYetError(
            f"For {len(images)} images it has shape {digit.shape}: one number an image is asked "
            "for, without a dimension of 1 that is kept."
        )
    if (digit != expected.argmax(axis=1)).any():
        raise NotYetError(
            "For some images it is not the class with the largest probability. Which axis are the "
            "classes on, and which the images?"
        )


def _by_name(given: Given, images: np.ndarray) -> dict[str, np.ndarray]:
    outputs = given.run(images)
    found = dict(
        zip((v.name for v in given.interface.outputs), outputs, strict=True)
    )
    if not {"probabilities", "digit"} <= set(found):
        raise StopError(
            "An output is missing or has another name, so it cannot be compared."
        )
    return found


def _locations(given: Given, locations: list[str]) -> object:
    """Return what the learner's function says about a model with these locations."""
    if not callable(given.answer):
        raise StopError(
            f"The answer is to be the function itself, this is {type(given.answer).__name__}. "
            "Write its name without parentheses."
        )
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g () => (float[1] y) { y = Sum('
        + ", ".join(f"w{place}" for place in range(len(locations)))
        + ") }"
    )
    for place, location in enumerate(locations):
        tensor = model.graph.initializer.add(
            name=f"w{place}", data_type=1, dims=[1]
        )
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(model.SerializeToString())
        try:
            return sorted(given.answer(path))
        except Exception as error:
            raise StopError(
                f"The function raises {type(error).__name__} for a model whose external data are "
                "not there. It can look at the locations without the data: see the parameters of "
                "onnx.load. What it returns is a list of texts."
            ) from error


def _finds(
    locations: list[str], outside: list[str], advice: str
) -> Callable[[Given], None]:
    def look(given: Given) -> None:
        if _locations(given, locations) != sorted(outside):
            raise NotYetError(advice)

    return look


STANDARDIZE: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"x"}, {"z"}),
    input_types(
        "float", "The rows are float32, as everywhere in this book."
    ),
    DYNAMIC_BATCH,
    ("stored numbers", _is_stored),
    ("answers", _standardizes),
)

LARGEST: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"scores"}, {"position"}),
    DYNAMIC_BATCH,
    ("answers", _finds_the_largest),
)

TWO_OUTPUTS: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"image"}, {"probabilities", "digit"}),
    DYNAMIC_BATCH,
    ("probabilities", _keeps_probabilities),
    ("digit", _chooses_the_digit),
)

VERSIONS: tuple[Part, ...] = (
    tuple_of(
        3, "which version, the release of the package, the IR version"
    ),
    item(
        "which version",
        0,
        lambda text: str(text).lower().split()[:1] == ["opset"],
        "Look at how large the others are: print onnx.__version__ and onnx.IR_VERSION of the "
        "installed package, which knows all that came before it.",
    ),
    item(
        "release",
        1,
        lambda text: (str(text) + ".").startswith("1.12."),
        "helper.VERSION_TABLE has a row for each release, as the text `1.x.y`. Find the "
        "earliest whose third number is the colleague's.",
    ),
    item(
        "IR version",
        2,
        lambda number: number == 8,
        "It stands in the row of that release, as a number.",
    ),
)

OUTSIDE: tuple[Part, ...] = (
    (
        "data inside",
        _finds(
            [
                "weights.bin",
                "sub/weights.bin",
                "sub/../weights.bin",
                "a..b.bin",
            ],
            [],
            "A location that stays in the folder is in your list. Two dots alone prove nothing: "
            "ask where the path ends.",
        ),
    ),
    (
        "parent folder",
        _finds(
            ["weights.bin", "../weights.bin"],
            ["../weights.bin"],
            "For a model with one location inside and one in the folder above, your list is not "
            "that one location, as it stands in the file.",
        ),
    ),
    (
        "absolute path",
        _finds(
            ["/weights.bin"],
            ["/weights.bin"],
            "A location can be a full path too. What does pathlib make of a folder / such a path?",
        ),
    ),
    (
        "detour",
        _finds(
            ["sub/../../weights.bin", "sub/weights.bin"],
            ["sub/../../weights.bin"],
            "A path can go down before it goes up. Resolve it to its end before you judge.",
        ),
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {
    1: VERSIONS,
    2: STANDARDIZE,
    3: LARGEST,
    4: TWO_OUTPUTS,
    5: OUTSIDE,
}
