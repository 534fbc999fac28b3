"""Check an answer to an exercise: what is right, and where to look for the rest.

The messages teach. They say what the answer does, and which part of the chapter to read
again; what the answer should be, they do not say.
"""

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort

from helpers.digits import DIGITS_MODEL, load_mnist
from helpers.interface import Interface, describe
from helpers.model import read_model
from helpers.parity import check_parity

WIDTH = 76

Arrays = np.ndarray | Mapping[str, np.ndarray]


class ExerciseError(ValueError):
    """There is no such exercise."""


class _NotYetError(Exception):
    """A part of the answer is not right yet; the message says where to look."""


class _StopError(_NotYetError):
    """The same, and the parts that follow cannot be asked."""


@dataclass(frozen=True)
class AnswerPart:
    """One part of an answer: what was looked at, and the advice if it is not right yet."""

    name: str
    advice: str = ""

    def __str__(self) -> str:
        if not self.advice:
            return f"  {self.name}: right"
        return textwrap.fill(
            f"  {self.name}: not yet. {self.advice}",
            width=WIDTH,
            subsequent_indent="    ",
            break_on_hyphens=False,
            break_long_words=False,
        )


@dataclass(frozen=True, repr=False)
class AnswerCheck:
    """Result of `check_answer`; true if every part of the answer is right.

    Attributes
    ----------
    exercise : str
        Chapter and number, such as ``"02-3"``.
    parts : tuple of AnswerPart
        In the order in which they were looked at; none without an answer.
    missing : str
        Name of the variable that holds no answer yet, or empty.
    """

    exercise: str
    parts: tuple[AnswerPart, ...] = ()
    missing: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is an answer, and every part of it is right."""
        return not self.missing and not any(part.advice for part in self.parts)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        if self.missing:
            return f"No answer yet: put it into `{self.missing}`, and run this cell again."
        verdict = "solved" if self.passed else "not solved yet"
        return "\n".join([f"exercise {self.exercise}: {verdict}", *map(str, self.parts)])

    def __repr__(self) -> str:
        return str(self)


def check_answer(
    exercise: str,
    answer: object,
    *,
    rows: Arrays | None = None,
    expected: np.ndarray | None = None,
) -> AnswerCheck:
    """Look at an answer to an exercise, part by part.

    Parameters
    ----------
    exercise : str
        Chapter and number, such as ``"02-3"``.
    answer : object
        What the exercise asks for. For a model: its path, its bytes or the ``ModelProto``.
        ``...`` and None stand for no answer yet.
    rows : array, or mapping of str to array, shape (rows, ...)
        What to feed the model, where the exercise takes it from the chapter.
    expected : array, shape (rows, ...)
        What the training library answers for these rows.

    Returns
    -------
    AnswerCheck

    Raises
    ------
    ExerciseError
        When there is no exercise of this name.

    Examples
    --------
    >>> check_answer("02-1", ...)
    No answer yet: put it into `answer_1`, and run this cell again.
    >>> check_answer("02-1", (18, "probabilities")).passed
    False
    """
    if exercise not in EXERCISES:
        raise ExerciseError(
            f"there is no exercise {exercise!r}. There are: {', '.join(EXERCISES)}"
        )
    number = exercise.rpartition("-")[2]
    needed = ("answer", *ALSO_NEEDED.get(exercise, ()))
    for name, value in (("answer", answer), ("rows", rows), ("expected", expected)):
        if value is ... or (value is None and name in needed):
            return AnswerCheck(exercise, missing=f"{name}_{number}")
    given = _Given(answer, rows, expected)
    parts = []
    for name, look in EXERCISES[exercise]:
        try:
            look(given)
            parts.append(AnswerPart(name))
        except _NotYetError as problem:
            parts.append(AnswerPart(name, str(problem)))
            if isinstance(problem, _StopError):
                break
    return AnswerCheck(exercise, tuple(parts))


def hand_out(exercise: str, path: str | Path) -> None:
    """Write the broken model of a debug exercise.

    Parameters
    ----------
    exercise : str
        Chapter and number, such as ``"04-3"``.
    path : str or pathlib.Path
        Where the file goes. The folder has to exist.

    Raises
    ------
    ExerciseError
        When this exercise hands out no model.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mystery.onnx"
    ...     hand_out("04-3", path)
    ...     print(check_answer("04-3", path).passed)
    False
    """
    if exercise not in BROKEN:
        raise ExerciseError(f"{exercise!r} hands out no model. These do: {', '.join(BROKEN)}")
    onnx.save(BROKEN[exercise](), path)


@dataclass
class _Given:
    """What the learner gives, and what the parts make of it once."""

    answer: object
    rows: Arrays | None = None
    expected: np.ndarray | None = None

    @cached_property
    def model(self) -> onnx.ModelProto:
        return read_model(self.answer)

    @cached_property
    def interface(self) -> Interface:
        return describe(self.model)

    @cached_property
    def session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.log_severity_level = 4  # the message goes into the advice, not into a log
        content = self.model.SerializeToString()
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    @cached_property
    def truth(self) -> np.ndarray:
        """What the training library answers, with as many rows as were fed."""
        array, count = np.asarray(self.expected), _count(self.rows)
        if array.ndim == 0 or len(array) != count:
            found = f"of {len(array)}" if array.ndim else f"a {type(self.expected).__name__}"
            raise _StopError(
                f"What the training library says is to be an array of {_plural(count, 'row')}, as "
                f"many as are fed; this one is {found}."
            )
        return array

    def run(self, rows: Arrays) -> list[np.ndarray]:
        """Return the outputs for these rows, which the only input takes, or each by name."""
        feed = rows if isinstance(rows, Mapping) else {self.interface.inputs[0].name: rows}
        try:
            outputs = self.session.run(None, dict(feed))
        except Exception as error:  # the runtime raises types of its own
            raise _StopError(
                f"ONNX Runtime refuses {_plural(_count(feed), 'row')}. Mend the parts above "
                "first; if all are right, run the model yourself, and read the message to its end."
            ) from error
        if not all(isinstance(output, np.ndarray) for output in outputs):
            raise _StopError("An output is a list or a dict. An array is asked for.")
        return outputs


Part = tuple[str, Callable[[_Given], None]]


# Parts that many exercises share


def _model(given: _Given) -> None:
    try:
        given.interface  # noqa: B018
    except (TypeError, ValueError, OSError) as error:
        raise _StopError(
            "The answer is to be a model: the path of the file, its bytes or a ModelProto; "
            f"this is {type(given.answer).__name__}, and it cannot be read as one."
        ) from error
    if not given.interface.inputs:
        raise _StopError("The model takes no input, so it gives the same answer to every row.")


def _valid(given: _Given) -> None:
    try:
        onnx.checker.check_model(given.model, full_check=True)
    except Exception as error:  # the checker raises types of its own
        raise _NotYetError(
            "The checker refuses the model. Call checker.check_model with full_check=True "
            "yourself, and read the end of its message."
        ) from error


def _names(inputs: set[str] | None = None, outputs: set[str] | None = None) -> Part:
    def look(given: _Given) -> None:
        for kind, wanted, values in (
            ("inputs", inputs, given.interface.inputs),
            ("outputs", outputs, given.interface.outputs),
        ):
            found = [value.name for value in values]
            if wanted is not None and (set(found) != wanted or len(found) != len(wanted)):
                raise _NotYetError(
                    f"The {kind} of the file are called {_quoted(found)}. "
                    "Compare that with the text of the exercise, name by name."
                )

    return "names", look


def _input_types(element: str, why: str) -> Part:
    def look(given: _Given) -> None:
        for value in given.interface.inputs:
            if value.type != f"tensor({element})":
                raise _NotYetError(f"An input is {value.type}. {why}")

    return "types", look


def _dynamic_batch(given: _Given) -> None:
    for kind, values in (("input", given.interface.inputs), ("output", given.interface.outputs)):
        for value in values:
            if value.shape and isinstance(value.shape[0], int):
                raise _NotYetError(
                    f"The first dimension of an {kind} is the number {value.shape[0]}, so the "
                    "file promises exactly so many rows. A batch of any size has a name there, or "
                    "None in the signature."
                )


def _batches(given: _Given) -> list[Arrays]:
    """All the rows, then the first, then the first two."""
    if isinstance(given.rows, Mapping):
        return [{name: array[:n] for name, array in given.rows.items()} for n in (None, 1, 2)]
    return [given.rows[:count] for count in (None, 1, 2)]


def _same(expected: np.ndarray, actual: object, advice: str) -> None:
    try:
        parity = check_parity(expected, actual)
    except (ValueError, TypeError) as error:
        raise _NotYetError(f"They cannot be compared: {error}") from error
    if not parity:
        raise _NotYetError(advice)


def _parity(advice: str, output: int = 0) -> Part:
    """Compare one output with what the training library answers, in batches of three sizes."""

    def look(given: _Given) -> None:
        for rows in _batches(given):
            outputs = given.run(rows)
            if len(outputs) <= output:
                raise _NotYetError(
                    f"The file has {_plural(len(outputs), 'output')}: too few to compare."
                )
            _same(given.truth[: _count(rows)], outputs[output], advice)

    return "answers", look


def _operators(wanted: set[str], advice: str) -> Part:
    def look(given: _Given) -> None:
        if not wanted <= set(given.interface.operators):
            raise _NotYetError(advice)

    return "operators", look


def _tuple_of(count: int, form: str) -> Callable[[_Given], None]:
    def look(given: _Given) -> None:
        if not isinstance(given.answer, (tuple, list)) or len(given.answer) != count:
            raise _StopError(f"The answer is to be a tuple of {count}: {form}.")

    return look


def _item(place: int, right: Callable[[object], bool], advice: str) -> Callable[[_Given], None]:
    def look(given: _Given) -> None:
        if not right(given.answer[place]):
            raise _NotYetError(advice)

    return look


def _count(rows: Arrays) -> int:
    return len(next(iter(rows.values()), ()) if isinstance(rows, Mapping) else rows)


def _quoted(names: list[str]) -> str:
    return ", ".join(map(repr, names)) or "nothing"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _digits() -> tuple[np.ndarray, np.ndarray]:
    """Test digits, and what the shipped model answers for them."""
    images = load_mnist().x_test[:200]
    session = ort.InferenceSession(DIGITS_MODEL, providers=["CPUExecutionProvider"])
    return images, session.run(None, {"image": images})[0]


# Chapter 01


def _standardizes(given: _Given) -> None:
    for count in (1, 5):
        x = np.arange(3 * count, dtype=np.float32).reshape(count, 3)
        expected = (x - np.float32([1, 2, 3])) / np.float32([2, 4, 8])
        _same(
            expected,
            given.run(x)[0],
            "They differ from the formula's. Take one row, compute it with pencil and paper, and "
            'print what each node makes, as in "Cut off a subgraph".',
        )


def _is_stored(given: _Given) -> None:
    if len(given.model.graph.initializer) < 2 and "Constant" not in given.interface.operators:
        raise _NotYetError(
            "The file does not hold the mean and the deviation as arrays of their own. "
            'See "Initializer" for the place where such numbers live.'
        )


def _finds_the_largest(given: _Given) -> None:
    scores = np.float32([[1, 5, 2], [9, 0, 3], [0, 1, 4]])
    found = given.run(scores)[0]
    if found.dtype.kind not in "iu":
        raise _NotYetError(
            f"The position comes as {found.dtype}. It counts columns: ask the operator's page in "
            "the standard for the type that it makes, and declare that."
        )
    if found.shape != (3,) or (found != scores.argmax(axis=1)).any():
        raise _NotYetError(
            "The model no longer gives the position of the largest score in each row. The nodes "
            "were fine as they came: look at what stands around them."
        )


def _keeps_probabilities(given: _Given) -> None:
    images, expected = _digits()
    _same(
        expected,
        _by_name(given, images)["probabilities"],
        "They are not those of the digits model any more. Its own nodes have to stay as they are.",
    )


def _chooses_the_digit(given: _Given) -> None:
    images, expected = _digits()
    digit = _by_name(given, images)["digit"]
    if digit.dtype.kind not in "iu":
        raise _NotYetError(f"The class comes as {digit.dtype}, and it is to be a whole number.")
    if digit.shape != (len(images),):
        raise _NotYetError(
            f"For {len(images)} images it has shape {digit.shape}: one number an image is asked "
            "for, without a dimension of 1 that is kept."
        )
    if (digit != expected.argmax(axis=1)).any():
        raise _NotYetError(
            "For some images it is not the class with the largest probability. Which axis are the "
            "classes on, and which the images?"
        )


def _by_name(given: _Given, images: np.ndarray) -> dict[str, np.ndarray]:
    outputs = given.run(images)
    found = dict(zip((v.name for v in given.interface.outputs), outputs, strict=True))
    if not {"probabilities", "digit"} <= set(found):
        raise _StopError("An output is missing or has another name, so it cannot be compared.")
    return found


def _locations(given: _Given, locations: list[str]) -> object:
    """Return what the learner's function says about a model with these locations."""
    if not callable(given.answer):
        raise _StopError(
            f"The answer is to be the function itself, this is {type(given.answer).__name__}. "
            "Write its name without parentheses."
        )
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g () => (float[1] y) { y = Sum('
        + ", ".join(f"w{place}" for place in range(len(locations)))
        + ") }"
    )
    for place, location in enumerate(locations):
        tensor = model.graph.initializer.add(name=f"w{place}", data_type=1, dims=[1])
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(model.SerializeToString())
        try:
            return sorted(given.answer(path))
        except Exception as error:
            raise _StopError(
                f"The function raises {type(error).__name__} for a model whose external data are "
                "not there. It can look at the locations without the data: see the parameters of "
                "onnx.load. What it returns is a list of texts."
            ) from error


def _finds(locations: list[str], outside: list[str], advice: str) -> Callable[[_Given], None]:
    def look(given: _Given) -> None:
        if _locations(given, locations) != sorted(outside):
            raise _NotYetError(advice)

    return look


_STANDARDIZE: tuple[Part, ...] = (
    ("model", _model),
    ("valid", _valid),
    _names({"x"}, {"z"}),
    _input_types("float", "The rows are float32, as everywhere in this book."),
    ("dynamic batch", _dynamic_batch),
    ("stored numbers", _is_stored),
    ("answers", _standardizes),
)

_LARGEST: tuple[Part, ...] = (
    ("model", _model),
    ("valid", _valid),
    _names({"scores"}, {"position"}),
    ("dynamic batch", _dynamic_batch),
    ("answers", _finds_the_largest),
)

_TWO_OUTPUTS: tuple[Part, ...] = (
    ("model", _model),
    ("valid", _valid),
    _names({"image"}, {"probabilities", "digit"}),
    ("dynamic batch", _dynamic_batch),
    ("probabilities", _keeps_probabilities),
    ("digit", _chooses_the_digit),
)

_VERSIONS: tuple[Part, ...] = (
    ("form", _tuple_of(3, "which version, the release of the package, the IR version")),
    (
        "which version",
        _item(
            0,
            lambda text: str(text).lower().split()[:1] == ["opset"],
            "Look at how large the others are: print onnx.__version__ and onnx.IR_VERSION of the "
            "installed package, which knows all that came before it.",
        ),
    ),
    (
        "release",
        _item(
            1,
            lambda text: (str(text) + ".").startswith("1.12."),
            "helper.VERSION_TABLE has a row for each release, as the text `1.x.y`. Find the "
            "earliest whose third number is the colleague's.",
        ),
    ),
    (
        "IR version",
        _item(2, lambda number: number == 8, "It stands in the row of that release, as a number."),
    ),
)

_OUTSIDE: tuple[Part, ...] = (
    (
        "data inside",
        _finds(
            ["weights.bin", "sub/weights.bin", "sub/../weights.bin", "a..b.bin"],
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

# Chapter 02

_GRAY_LEVELS = "The digits are float32, which ONNX calls tensor(float)."

_DEFAULTS: tuple[Part, ...] = (
    ("form", _tuple_of(2, "the opset as a number, the name of the output as a text")),
    (
        "opset",
        _item(
            0,
            lambda number: number == 15,
            'It is not the one that you would choose. "Opset: the version of the operators" says '
            "which one tf2onnx takes if you do not say.",
        ),
    ),
    (
        "output",
        _item(
            1,
            lambda text: text == "Identity:0",
            "This name is nobody's choice. See the session's list of outputs in \"Read the "
            'interface from the file", and copy it to the last character.',
        ),
    ),
)


def _image_shape(given: _Given) -> None:
    [value, *_] = given.interface.inputs
    if value.shape is None or value.shape[1:] != (28, 28, 1):
        raise _NotYetError(
            f"An image has shape {value.shape and value.shape[1:]} in the file. A Conv2D wants "
            "rows, columns and channels, as the exercise says."
        )


def _service_names(given: _Given) -> None:
    found = [value.name for value in given.interface.inputs]
    if found != ["image"]:
        raise _NotYetError(
            f"The inputs are called {_quoted(found)}; the service feeds the name that the broken "
            "file has. The third argument of tf.TensorSpec is for that."
        )


def _batch_of_one() -> onnx.ModelProto:
    model = onnx.load(DIGITS_MODEL)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    return model


def _prepared_form(given: _Given) -> None:
    image = given.answer
    if not isinstance(image, np.ndarray):
        raise _StopError(f"The answer is to be an array, this is {type(image).__name__}.")
    if image.shape != (1, 28, 28) or image.dtype != np.float32:
        raise _StopError(
            f"This is {image.dtype} of shape {image.shape}. The file lists what it takes, and "
            "`prepare` gives that."
        )


def _prepared_range(given: _Given) -> None:
    if given.answer.min() < 0 or given.answer.max() > 1:
        raise _NotYetError("The values leave the range of the training data, which is 0 to 1.")


def _prepared_ground(given: _Given) -> None:
    image = given.answer[0]
    if image.mean() > image.max() / 3:
        raise _NotYetError(
            "Look at the picture beside a test digit. Which of the two colors is ink for MNIST, "
            "and how much of the field does it cover?"
        )


def _prepared_place(given: _Given) -> None:
    if not np.allclose(given.answer, given.expected, atol=1e-6):
        raise _NotYetError(
            "The digit is not in the size and the place that MNIST gives it. What does `crop` "
            "take for ink in the scan? The mend has to come before that step, not after it."
        )


def _fed_by_name(given: _Given) -> None:
    by_name = isinstance(given.rows, Mapping) and set(given.rows) == {"top", "bottom"}
    if not by_name or not all(isinstance(half, np.ndarray) for half in given.rows.values()):
        raise _StopError(
            "The feed goes by order, or its names are not those of the inputs. A dict from name "
            "to array does not care for any order."
        )


def _half_shapes(given: _Given) -> None:
    for value in given.interface.inputs:
        if value.shape is None or value.shape[1:] != (14, 28):
            raise _NotYetError(
                f"One half has shape {value.shape and value.shape[1:]} in the file. How many rows "
                "and columns has half an image?"
            )


_CONVOLUTION: tuple[Part, ...] = (
    ("model", _model),
    _names({"pixels"}, {"probabilities"}),
    _input_types("float", _GRAY_LEVELS),
    ("shape", _image_shape),
    ("dynamic batch", _dynamic_batch),
    _operators(
        {"Conv"},
        "There is no convolution among the operators of the file. List them with `describe`.",
    ),
    _parity(
        "The file and Keras differ on the test digits. Do both hold the same weights, and did "
        "both get the same pixels? A network that was built again has other random weights."
    ),
)

_ANY_BATCH: tuple[Part, ...] = (
    ("model", _model),
    ("names", _service_names),
    _input_types("float", _GRAY_LEVELS),
    ("dynamic batch", _dynamic_batch),
    _parity("The answers are not those of the trained model. Which model did you export?"),
)

_SCAN: tuple[Part, ...] = (
    ("type and shape", _prepared_form),
    ("range", _prepared_range),
    ("ink and paper", _prepared_ground),
    ("size and place", _prepared_place),
)

_HALVES: tuple[Part, ...] = (
    ("model", _model),
    _names({"top", "bottom"}),
    _input_types("float", _GRAY_LEVELS),
    ("shapes", _half_shapes),
    ("dynamic batch", _dynamic_batch),
    ("feed", _fed_by_name),
    _parity(
        "They are not those of the whole image. Which rows went into which half, and in which "
        "order does the model join the two?"
    ),
)

# Chapter 03

_ARRAY_ROWS = (
    "The rows are float32, and ONNX Runtime converts nothing. What decides about the type is the "
    'row that `to_onnx` sees: "float32, and why".'
)


def _is_text(right: str) -> Callable[[object], bool]:
    return lambda text: str(text).strip() == right


_REGRESSOR: tuple[Part, ...] = (
    ("form", _tuple_of(4, "input name, input type, output name, number of output columns")),
    (
        "input name",
        _item(0, _is_text("X"), "`to_onnx` gives an array a fixed name: see the end of the trip."),
    ),
    (
        "input type",
        _item(
            1,
            _is_text("tensor(double)"),
            "It is the type of the row, as ONNX spells it and as a session prints it. "
            'Read "float32, and why" to the end.',
        ),
    ),
    (
        "output name",
        _item(
            2,
            _is_text("variable"),
            'A regressor has no label. See the table in "Which method is which output?".',
        ),
    ),
    (
        "output columns",
        _item(
            3,
            lambda number: number == 1,
            "`predict` gives a flat array, the file a table: how many numbers has one row of it?",
        ),
    ),
)


def _is_an_array(given: _Given) -> None:
    types = [value.type for value in given.interface.outputs]
    if any(not kind.startswith("tensor(") for kind in types):
        raise _StopError(
            f"An output is {types[-1]}: a list of dictionaries, one a row. "
            'See "ZipMap: probabilities as dictionaries" for the option that leaves them out.'
        )
    if len(types) != 2:
        raise _StopError(f"The file has {_plural(len(types), 'output')}, a classifier has two.")


def _labels(given: _Given) -> None:
    found = given.run(given.rows)[0]
    if found.shape != (len(given.rows),) or (found != given.truth.argmax(axis=-1)).any():
        raise _NotYetError(
            "Some labels are not the class with the largest probability. Is the voting soft, and "
            "is it the same fitted model on both sides?"
        )


# The row of the exercise that has a hole, counted from 0.
_HOLE = 2


def _five_answers(given: _Given) -> None:
    try:
        count = len(given.answer)
    except TypeError:
        count = 1
    if isinstance(given.answer, str) or count != 5:
        raise _StopError(
            f"Five customers asked, and {_plural(count, 'answer')} came. Whoever asked has "
            "to find an answer at the place of each row."
        )


def _no_call_invented(given: _Given) -> None:
    if str(list(given.answer)[_HOLE]) != "unknown":
        raise _NotYetError(
            "The row with the hole got an answer from the model, so a number was put into the "
            "hole. Nobody knows how often this customer called."
        )


def _others_answered(given: _Given) -> None:
    pairs = zip(given.answer, given.expected, strict=True)
    others = [str(mine) == str(right) for mine, right in pairs]
    del others[_HOLE]
    if not all(others):
        raise _NotYetError(
            "A row without a hole has another answer than from the pipeline. Feed those rows, and "
            "put the answers back to their own places."
        )


def _rows_without_a_hole(given: _Given) -> None:
    _compare_rows(
        given,
        ~np.isnan(given.rows).any(axis=1),
        "They differ although nothing is missing. Only the attribute for missing "
        "values may change.",
    )


def _rows_with_a_hole(given: _Given) -> None:
    _compare_rows(
        given,
        np.isnan(given.rows).any(axis=1),
        "A missing value goes another way than in scikit-learn. See how "
        '"Missing values in tree ensembles" writes the sides into the file, node by node.',
    )


def _compare_rows(given: _Given, chosen: np.ndarray, advice: str) -> None:
    _same(given.truth[chosen], given.run(given.rows[chosen])[1], advice)


_VOTE: tuple[Part, ...] = (
    ("model", _model),
    _input_types("float", _ARRAY_ROWS),
    ("dynamic batch", _dynamic_batch),
    ("outputs", _is_an_array),
    ("labels", _labels),
    _parity(
        "The probabilities are not those of `predict_proba`. Are the voters fitted, and was this "
        "very model converted?",
        output=1,
    ),
)

_CUSTOMERS: tuple[Part, ...] = (
    ("one answer a row", _five_answers),
    ("row with a hole", _no_call_invented),
    ("other rows", _others_answered),
)

_LOGARITHM: tuple[Part, ...] = (
    ("model", _model),
    _input_types("float", _ARRAY_ROWS),
    ("dynamic batch", _dynamic_batch),
    ("outputs", _is_an_array),
    _operators(
        {"Add", "Log"},
        "The two operators that the exercise names are not both in the file. List them with "
        "`describe`: was your converter registered, and does the graph end in its last node?",
    ),
    _parity(
        "The probabilities are not those of the pipeline. Compare the new step alone first, for "
        "x = 0 and x = 1.",
        output=1,
    ),
)

_TREES: tuple[Part, ...] = (
    ("model", _model),
    _input_types("float", _ARRAY_ROWS),
    ("dynamic batch", _dynamic_batch),
    ("outputs", _is_an_array),
    ("rows without a hole", _rows_without_a_hole),
    ("rows with a hole", _rows_with_a_hole),
)

# Chapter 04


def _set_of_numbers(given: _Given) -> None:
    if not isinstance(given.answer, (set, frozenset)) or not given.answer <= {1, 2, 3}:
        raise _StopError(
            "The answer is to be a set with the numbers of those that you choose, in curly braces."
        )


def _none_left_out(given: _Given) -> None:
    if 1 not in given.answer:
        raise _NotYetError(
            "One of them breaks a rule that is written in the standard. Make a model of each, and "
            "give it to onnx.checker.check_model."
        )


def _none_too_many(given: _Given) -> None:
    if given.answer - {1}:
        raise _NotYetError(
            "You named something that is valid ONNX. The checker knows the standard; it does not "
            "know a runtime, and it does not know what you want."
        )


def _passes_on(given: _Given) -> None:
    for count in (5, 1, 2):
        x = np.arange(6 * count, dtype=np.float32).reshape(count, 6)
        _same(
            x,
            given.run(x)[0],
            "The values change on their way. This model only gives its rows back, in order.",
        )


def _softmax_twice() -> onnx.ModelProto:
    model = onnx.load(DIGITS_MODEL)
    again = onnx.helper.make_node("Softmax", ["probabilities"], ["answer"])
    model.graph.node.append(again)
    model.graph.output[0].name = "answer"
    return model


def _spread(given: _Given) -> None:
    images, _ = _digits()
    found = given.run(images)[0]
    if not np.allclose(found.sum(axis=-1), 1, atol=1e-3):
        raise _NotYetError(
            "They do not sum to 1 for each digit any more, so what comes out are scores. Too much "
            "was taken out."
        )
    if found.max() < 0.5:
        raise _NotYetError(
            "They sum to 1, and yet the largest stays below 0.3. Print `op_type` of the last "
            "nodes of the file, and say of each what it is for."
        )


def _one_output(given: _Given) -> None:
    count = len(given.interface.outputs)
    if count != 1:
        raise _NotYetError(f"The file has {count} outputs, and the broken one had a single one.")


def _digits_again(given: _Given) -> None:
    images, expected = _digits()
    _same(
        expected,
        given.run(images)[0],
        "They are not those of the digits model. What was right in the file has to stay.",
    )


def _reads_bytes(given: _Given) -> None:
    images, expected = _digits()
    pixels = np.round(images * 255).astype(np.uint8)
    _same(
        expected,
        given.run(pixels)[0],
        "They are not those of the digits model for the same images. Which numbers was it trained "
        "on, and what is 200 / 255 among whole numbers? Mind the order of the steps.",
    )


_BATCH: tuple[Part, ...] = (
    ("model", _model),
    ("valid", _valid),
    _names({"x"}, {"y"}),
    ("dynamic batch", _dynamic_batch),
    ("answers", _passes_on),
)

_MYSTERY: tuple[Part, ...] = (
    ("model", _model),
    ("valid", _valid),
    _names({"image"}),
    ("one output", _one_output),
    ("dynamic batch", _dynamic_batch),
    ("probabilities", _spread),
    ("answers", _digits_again),
)

_CAMERA: tuple[Part, ...] = (
    ("model", _model),
    ("valid", _valid),
    _names({"pixels"}, {"probabilities"}),
    _input_types("uint8", "The camera sends whole numbers from 0 to 255, one byte each."),
    ("dynamic batch", _dynamic_batch),
    ("answers", _reads_bytes),
)

_CHECKER: tuple[Part, ...] = (
    ("form", _set_of_numbers),
    ("none left out", _none_left_out),
    ("none too many", _none_too_many),
)

#: Parts to look at for each exercise, in order.
EXERCISES: dict[str, tuple[Part, ...]] = {
    "01-1": _VERSIONS,
    "01-2": _STANDARDIZE,
    "01-3": _LARGEST,
    "01-4": _TWO_OUTPUTS,
    "01-5": _OUTSIDE,
    "02-1": _DEFAULTS,
    "02-2": _CONVOLUTION,
    "02-3": _ANY_BATCH,
    "02-4": _SCAN,
    "02-5": _HALVES,
    "03-1": _REGRESSOR,
    "03-2": _VOTE,
    "03-3": _CUSTOMERS,
    "03-4": _LOGARITHM,
    "03-5": _TREES,
    "04-1": _CHECKER,
    "04-2": _BATCH,
    "04-3": _MYSTERY,
    "04-4": _CAMERA,
}

#: What some exercises need besides the answer.
ALSO_NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("02-2", "02-3", "02-5", "03-2", "03-4", "03-5"), ("rows", "expected")),
    **dict.fromkeys(("02-4", "03-3"), ("expected",)),
}

#: Functions that make the broken model of a debug exercise.
BROKEN: dict[str, Callable[[], onnx.ModelProto]] = {
    "02-3": _batch_of_one,
    "04-3": _softmax_twice,
}
