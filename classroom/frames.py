"""Turn a pandas DataFrame into a feed: one array for each input of the model, by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from helpers.feed import (
    NUMPY_NAMES,
    DtypeMismatchError,
    FeedError,
    MissingInputError,
    ShapeMismatchError,
    UnknownInputError,
    Value,
    quoted,
    shape_text,
)
from helpers.interface import describe
from helpers.model import ModelLike

if TYPE_CHECKING:  # pandas is not needed to import this module
    import pandas

NUMBER = (Real, np.bool_)
Kind = tuple[type | tuple[type, ...], str, str]
FLOATING = "declare the input as floating-point when you convert"
# By the kind of NumPy's dtype: what a column may hold, how to convert it, and what to do about
# missing values (empty where NaN stands for them). `{}` is the column.
KINDS: dict[str, Kind] = {
    "O": (
        str,
        "{}.astype(str)",
        "fill them with the text that stood for missing in training, such as {}.fillna('')",
    ),
    "b": ((bool, np.bool_), "{}.astype(bool)", "decide what they stand for"),
    "i": (NUMBER, "pandas.to_numeric({})", f"fill them, or {FLOATING}"),
    "u": (NUMBER, "pandas.to_numeric({})", f"fill them, or {FLOATING}"),
}
FLOATS: Kind = (NUMBER, "pandas.to_numeric({})", "")


class MissingValueError(FeedError):
    """A column has missing values, and its input has no way to hold them."""


def feed_from_frame(model: ModelLike, frame: pandas.DataFrame) -> dict[str, np.ndarray]:
    """Make the feed for ``session.run(None, feed)`` from the columns of a DataFrame.

    Every input of the model takes the column of its name. Nothing is guessed, dropped or
    filled in: a frame that does not fit raises an error that names the column.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        As `read_model` takes it. Each input is a tensor of shape (n, 1) or (n,).
    frame : pandas.DataFrame
        One column for each input, in any order; n rows.

    Returns
    -------
    dict of str to numpy.ndarray
        One array of shape (n, 1), or (n,) if the input has one dimension, for each input,
        in the order of the model and with the dtype that the input declares. Text is in
        arrays of objects; in a floating-point input, a missing value is NaN.

    Raises
    ------
    MissingInputError, UnknownInputError
        When the columns have other names than the inputs; similar ones are suggested.
    DtypeMismatchError
        When a column holds another kind of value than its input, or too large a number.
    MissingValueError
        When a value is missing and the input is not of a floating-point type.
    ShapeMismatchError
        When an input takes several columns at once, or a fixed number of rows.
    FeedError
        When two columns have the same name.
    TypeError
        When ``frame`` is not a DataFrame.
    FileNotFoundError, InvalidModelError
        As `read_model`.

    Examples
    --------
    >>> import onnx, pandas
    >>> model = onnx.parser.parse_model('''
    ... <ir_version: 10, opset_import: ["" : 18]>
    ... older (float[N, 1] age) => (float[N, 1] next) { next = Add(age, age) }''')
    >>> feed_from_frame(model, pandas.DataFrame({"age": [20, None]}))
    {'age': array([[20.],
           [nan]], dtype=float32)}
    """
    if not (hasattr(frame, "columns") and hasattr(frame, "iloc")):
        raise TypeError(
            f"expected a pandas DataFrame, got {type(frame).__name__}. "
            "Make one: pandas.DataFrame({'column': values, ...})"
        )
    inputs = describe(model).inputs
    _check_names([value.name for value in inputs], list(frame.columns))
    return {value.name: _array(value, frame[value.name]) for value in inputs}


def _check_names(wanted: list[str], columns: list) -> None:
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise FeedError(f"the frame has more than one column {quoted(twice)}: keep one of them")
    missing = [name for name in wanted if name not in columns]
    extra = [name for name in columns if name not in wanted]
    if missing:
        renames = _renames(missing, extra)
        advice = f" Renamed? frame.rename(columns={renames})" if renames else ""
        raise MissingInputError(
            f"the frame has no column {quoted(missing)}. "
            f"Columns that the model does not take: {quoted(extra)}.{advice}"
        )
    if extra:
        raise UnknownInputError(
            f"the model has no input {quoted(extra)}. It takes {quoted(wanted)}. "
            f"Drop the rest: frame.drop(columns={extra})"
        )


def _renames(missing: Iterable[str], extra: Iterable[object]) -> dict[str, str]:
    """Columns that nobody takes, by the missing name that each resembles most."""

    def plain(name: str) -> str:  # without what differs between spellings
        return re.sub(r"\W|_", "", name).casefold()

    left = {plain(name): name for name in extra if isinstance(name, str)}
    pairs = ((name, get_close_matches(plain(name), left, n=1)) for name in missing)
    return {left.pop(found[0]): name for name, found in pairs if found}


def _array(value: Value, column: pandas.Series) -> np.ndarray:
    element = re.fullmatch(r"tensor\((\w+)\)", value.type)
    if element is None:
        raise DtypeMismatchError(
            f"input {value.name!r} wants {value.type}, and a column can only fill a tensor"
        )
    _check_shape(value, len(column))
    dtype = np.dtype(NUMPY_NAMES.get(element[1], element[1]))
    _check_items(value, column, dtype)
    if dtype.kind in "Ob":
        array = column.to_numpy(dtype=dtype, copy=True)
    elif dtype.kind in "iu":
        array = np.array([int(item) for item in column.tolist()], dtype=dtype)
    else:
        given = column.to_numpy(dtype=np.float64, na_value=np.nan)
        with np.errstate(over="ignore"):
            array = given.astype(dtype)
        for row in np.flatnonzero(np.isinf(array) & np.isfinite(given)).tolist():
            raise _wrong(value, row, float(given[row]), ", which is too large for it")
    return array if value.shape is not None and len(value.shape) == 1 else array.reshape(-1, 1)


def _check_shape(value: Value, rows: int) -> None:
    shape = (rows, 1) if value.shape is None else value.shape
    is_column = len(shape) == 2 and (isinstance(shape[1], str) or shape[1] == 1)
    if len(shape) != 1 and not is_column:
        raise ShapeMismatchError(
            f"input {value.name!r} wants shape {shape_text(value.shape)}, and a column has shape "
            "(n, 1). Feed it an array of several columns: frame[[...]].to_numpy()"
        )
    if isinstance(shape[0], int) and shape[0] != rows:
        raise ShapeMismatchError(
            f"input {value.name!r} wants a fixed number of rows, {shape[0]}, and the frame "
            f"has {rows}. Convert the model with None as the first dimension."
        )


def _check_items(value: Value, column: pandas.Series, dtype: np.dtype) -> None:
    accepted, conversion, advice = KINDS.get(dtype.kind, FLOATS)
    name = f"frame[{value.name!r}]"
    missing = column.isna().to_numpy()
    if advice and missing.any():
        raise MissingValueError(
            f"column {value.name!r} has {missing.sum():,} missing of {len(column):,} values, the "
            f"first in row {missing.argmax()}, and {value.type} cannot hold them: "
            f"{advice.format(name)}"
        )
    for row, item in enumerate(column.tolist()):
        if not missing[row] and not isinstance(item, accepted):
            problem = f" ({type(item).__name__}). Convert the column: {conversion.format(name)}"
            raise _wrong(value, row, item, problem)
        if dtype.kind in "iu":
            if not np.iinfo(dtype).min <= item <= np.iinfo(dtype).max:
                raise _wrong(value, row, item, ", which is too large for it")
            if item != int(item):
                raise _wrong(value, row, item, f". Round the column, or {FLOATING}")


def _wrong(value: Value, row: int, item: object, problem: str) -> DtypeMismatchError:
    return DtypeMismatchError(
        f"input {value.name!r} wants {value.type}, and row {row} of the column holds "
        f"{item!r}{problem}"
    )
