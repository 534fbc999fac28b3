"""Parts that many answers to exercises have: what the checks share.

A part is a name and a function that looks at what was given. The function returns nothing if
that part of the answer is right; otherwise it raises `NotYetError` with advice, or `StopError`
where the parts that follow cannot be asked. The advice says what the answer does and where to
read again; what the answer should be, it does not say.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from classroom.given import Arrays, Given, NotYetError, StopError, count_rows, plural
from classroom.messages import _, later
from helpers.digits import DIGITS_MODEL, load_mnist
from helpers.parity import check_parity

Look = Callable[[Given], None]
Part = tuple[str, Look]


def _is_model(given: Given) -> None:
    try:
        inputs = given.interface.inputs
    except (TypeError, ValueError, OSError) as error:
        raise StopError(
            _(
                "The answer is to be a model: the path of the file, its bytes or a ModelProto; "
                "this is {name}, and it cannot be read as one."
            ).format(name=type(given.answer).__name__)
        ) from error
    if not inputs:
        raise StopError(_("The model takes no input, so it gives the same answer to every row."))


def _is_valid(given: Given) -> None:
    try:
        onnx.checker.check_model(given.model, full_check=True)
    except Exception as error:  # the checker raises types of its own
        raise NotYetError(
            _(
                "The checker refuses the model. Call checker.check_model with full_check=True "
                "yourself, and read the end of its message."
            )
        ) from error


def _has_dynamic_batch(given: Given) -> None:
    for kind, values in (
        (later("input"), given.interface.inputs),
        (later("output"), given.interface.outputs),
    ):
        for value in values:
            if value.shape and isinstance(value.shape[0], int):
                raise NotYetError(
                    _(
                        "The first dimension of an {kind} is the number {shape}, so the "
                        "file promises exactly so many rows. A batch of any size has a name "
                        "there, or None in the signature."
                    ).format(kind=_(kind), shape=value.shape[0])
                )


MODEL: Part = (later("model"), _is_model)
VALID: Part = (later("valid"), _is_valid)
DYNAMIC_BATCH: Part = (later("dynamic batch"), _has_dynamic_batch)


def names(inputs: set[str] | None = None, outputs: set[str] | None = None) -> Part:
    """Compare the names of inputs and outputs, in any order."""

    def look(given: Given) -> None:
        for kind, wanted, values in (
            (later("inputs"), inputs, given.interface.inputs),
            (later("outputs"), outputs, given.interface.outputs),
        ):
            found = [value.name for value in values]
            if wanted is not None and (set(found) != wanted or len(found) != len(wanted)):
                raise NotYetError(
                    _(
                        "The {kind} of the file are called {found}. "
                        "Compare that with the text of the exercise, name by name."
                    ).format(kind=_(kind), found=quoted(found))
                )

    return later("names"), look


def input_types(element: str, why: str) -> Part:
    """Compare the type of every input."""

    def look(given: Given) -> None:
        for value in given.interface.inputs:
            if value.type != f"tensor({element})":
                raise NotYetError(
                    _("An input is {type}. {why}").format(type=value.type, why=_(why))
                )

    return later("types"), look


def operators(wanted: set[str], advice: str) -> Part:
    """Look for operators in the file."""

    def look(given: Given) -> None:
        if not wanted <= set(given.interface.operators):
            raise NotYetError(_(advice))

    return later("operators"), look


def parity(advice: str, output: int = 0) -> Part:
    """Compare one output with what the training library answers, in batches of three sizes."""

    def look(given: Given) -> None:
        for rows in batches(given.fed):
            outputs = given.run(rows)
            if len(outputs) <= output:
                raise NotYetError(
                    _("The file has {found}: too few to compare.").format(
                        found=plural(len(outputs), "output")
                    )
                )
            compare(given.truth[: count_rows(rows)], outputs[output], advice)

    return later("answers"), look


def tuple_of(count: int, form: str) -> Part:
    """Ask for a tuple, before its items are looked at."""

    def look(given: Given) -> None:
        if not isinstance(given.answer, (tuple, list)) or len(given.answer) != count:
            raise StopError(
                _("The answer is to be a tuple of {count}: {form}.").format(
                    count=count, form=_(form)
                )
            )

    return later("form"), look


def items(form: str, *wanted: tuple[str, Any, str]) -> tuple[Part, ...]:
    """Ask for a tuple, then look at each of its items: name, what is right, advice.

    What is right is a value, or a function that tells. Blanks around a text and quotes around a
    number don't make it wrong.
    """
    looks = (_item(name, place, *rest) for place, (name, *rest) in enumerate(wanted))
    return (tuple_of(len(wanted), form), *looks)


def _item(name: str, place: int, right: Any, advice: str) -> Part:
    def look(given: Given) -> None:
        found = given.answer[place]
        if callable(right):
            is_right = right(found)
        else:
            is_right = str(found).strip() == str(right) or found == right
        if not isinstance(is_right, (bool, np.bool_)) or not is_right:  # an array compares to one
            raise NotYetError(_(advice))

    return name, look


def two_arrays(where: str) -> Part:
    """Ask for labels and probabilities as arrays; say where to read of ZipMap."""

    def look(given: Given) -> None:
        types = [value.type for value in given.interface.outputs]
        if any(not kind.startswith("tensor(") for kind in types):
            raise StopError(
                _(
                    "An output is {types}: a list of dictionaries, one per row. See {where} for "
                    "the option that leaves them out."
                ).format(types=types[-1], where=_(where))
            )
        if len(types) != 2:
            raise StopError(
                _("The file has {found}; a classifier has two.").format(
                    found=plural(len(types), "output")
                )
            )

    return later("outputs"), look


def probabilities(advice: str) -> Part:
    """Compare the second of two outputs with what `predict_proba` answers."""

    def look(given: Given) -> None:
        outputs = given.run(given.table)
        if len(outputs) != 2:
            raise NotYetError(
                _("The file has labels and probabilities, and both are still wanted.")
            )
        compare(given.truth, outputs[1], advice)

    return later("probabilities"), look


def compare(expected: np.ndarray, actual: Any, advice: str) -> None:
    """Give the advice if two arrays differ."""
    try:
        is_same = check_parity(expected, actual)
    except (ValueError, TypeError) as error:
        raise NotYetError(_("They cannot be compared: {error}").format(error=error)) from error
    if not is_same:
        raise NotYetError(_(advice))


def batches(rows: Arrays) -> list[Arrays]:
    """All the rows, then the first, then the first two."""
    if isinstance(rows, Mapping):
        return [{name: array[:n] for name, array in rows.items()} for n in (None, 1, 2)]
    return [rows[:count] for count in (None, 1, 2)]


def quoted(texts: list[str]) -> str:
    """List of names, each in quotes."""
    return ", ".join(map(repr, texts)) or _("nothing")


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Test digits, and what the shipped model answers for them."""
    images = load_mnist().x_test[:200]
    session = ort.InferenceSession(DIGITS_MODEL, providers=["CPUExecutionProvider"])
    return images, session.run(None, {"image": images})[0]
