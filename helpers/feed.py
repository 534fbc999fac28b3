"""Values of a model, and what does not fit them: names, element types, shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

# ONNX Runtime spells element types in C++ terms: what NumPy calls float32 is `float` there.
RUNTIME_NAMES = {"float32": "float", "float64": "double", "object": "string"}
NUMPY_NAMES = {runtime: name for name, runtime in RUNTIME_NAMES.items()}


class FeedError(ValueError):
    """The inputs do not fit the model."""


class MissingInputError(FeedError):
    """An input of the model is not in the feed."""


class UnknownInputError(FeedError):
    """The feed has a name that the model does not."""


class ShapeMismatchError(FeedError):
    """An array has another rank or another size than the model wants."""


class DtypeMismatchError(FeedError):
    """An array has another element type than the model wants."""


@dataclass(frozen=True)
class Value:
    """One input or output: its name, its type as ONNX Runtime spells it, its shape.

    ``shape`` is None when it is unknown or the value is not a tensor. A dimension is a
    number, or the symbol that stands for any size (``"?"`` if it has no name).
    """

    name: str
    type: str
    shape: tuple[int | str, ...] | None


def check_feed(inputs: tuple[Value, ...], feed: Mapping[str, np.ndarray]) -> None:
    """Raise an error if the arrays do not fit the inputs; see `Interface.check_feed`."""
    if not isinstance(feed, Mapping):
        raise TypeError(
            f"expected a dict of input name to array, got {type(feed).__name__}. "
            f"The inputs are: {_names(inputs)}"
        )
    wanted = {value.name: value for value in inputs}
    if unknown := [name for name in feed if name not in wanted]:
        raise UnknownInputError(
            f"the model has no input {quoted(unknown)}. Its inputs are: {_names(inputs)}"
        )
    if missing := [value for value in inputs if value.name not in feed]:
        given = quoted(feed) if feed else "nothing"
        raise MissingInputError(f"no array was given for {_names(missing)}. Given: {given}")
    for name, array in feed.items():
        check_dtype(wanted[name], array)
        check_shape(wanted[name], array)


def check_dtype(value: Value, array: np.ndarray) -> None:
    """Raise an error if the elements of an array do not fit an input."""
    if not value.type.startswith("tensor("):
        return
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"input {value.name!r} wants a numpy array of {value.type}, got "
            f"{type(array).__name__}. Make one: numpy.asarray(...)"
        )
    given = "string" if array.dtype.kind in "OSU" else array.dtype.name
    given = f"tensor({RUNTIME_NAMES.get(given, given)})"
    if given != value.type:
        wanted = value.type.removeprefix("tensor(").removesuffix(")")
        raise DtypeMismatchError(
            f"input {value.name!r} wants {value.type}, got {given} (numpy {array.dtype}). "
            f"Convert it: {_conversion(NUMPY_NAMES.get(wanted, wanted))}"
        )


def _conversion(dtype: str) -> str:
    if dtype.startswith(("int", "uint")):
        return (
            f"new = array.astype({dtype!r}), and check (new == array).all(), because astype cuts "
            "off fractions and wraps numbers that are too large"
        )
    return f".astype({dtype!r})"


def check_shape(value: Value, array: np.ndarray) -> None:
    """Raise an error if the shape of an array does not fit an input."""
    if not value.type.startswith("tensor(") or value.shape is None:
        return
    if any(isinstance(want, int) and want < 0 for want in value.shape):
        raise ShapeMismatchError(
            f"input {value.name!r} has shape {shape_text(value.shape)} in the file, and the "
            "standard has no size below 0. Some tools write -1 for any size, and runtimes differ "
            "in it: export the model with a name there, or None."
        )
    have = array.shape
    fits = len(have) == len(value.shape) and all(
        isinstance(want, str) or want == size for want, size in zip(value.shape, have, strict=True)
    )
    if not fits:
        raise ShapeMismatchError(
            f"input {value.name!r} wants shape {shape_text(value.shape)}, got "
            f"{shape_text(have)}. {_shape_advice(value.shape, have)}"
        )


def _shape_advice(want: tuple[int | str, ...], have: tuple[int, ...]) -> str:
    if len(have) == len(want) - 1:
        return "For a single row, add the batch dimension: array[numpy.newaxis]"
    if len(have) == len(want) and isinstance(want[0], int) and want[0] != have[0]:
        return f"This file has a fixed batch of {want[0]}: export it with a dynamic one."
    return "Reshape or transpose the array to what the model was trained on."


def shape_text(shape: tuple[int | str, ...] | None) -> str:
    """Shape as NumPy would print it, with symbols for dimensions of any size."""
    if shape is None:
        return "unknown"
    inner = ", ".join(map(str, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def quoted(names: Iterable[object]) -> str:
    """Names as an error lists them."""
    return ", ".join(map(repr, names)) or "none"


def _names(values: Iterable[Value]) -> str:
    named = [f"{value.name!r} {value.type} {shape_text(value.shape)}" for value in values]
    return ", ".join(named) or "none"
