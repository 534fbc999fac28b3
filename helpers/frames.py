"""Turn a pandas DataFrame into a feed: one array for each input of the model, by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
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
    shape_text,
)
from helpers.interface import describe
from helpers.model import ModelLike

if TYPE_CHECKING:  # pandas is not needed to import this module
    import pandas

NUMBERS = (Real, np.bool_)


class MissingValueError(FeedError):
    """A column has missing values, and its input has no way to hold them."""


def feed_from_frame(model: ModelLike, frame: pandas.DataFrame) -> dict[str, np.ndarray]:
    """Make the feed for ``session.run(None, feed)`` from the columns of a DataFrame.

    Every input of the model takes the column of its name. Nothing is guessed, dropped or
    filled in: a frame that does not fit raises an error that names the column.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        Path of an ``.onnx`` file, its content, or the model itself. Each of its inputs
        must be a tensor with one column: of shape (n, 1) or (n,).
    frame : pandas.DataFrame
        One column for each input, in any order; n rows.

    Returns
    -------
    dict of str to numpy.ndarray
        One array of shape (n, 1), or (n,) if the input has one dimension, for each input,
        in the order of the model and with the dtype that the input declares. Text is in
        arrays of objects.

    Raises
    ------
    MissingInputError
        When the frame lacks a column; a column of a similar name is suggested.
    UnknownInputError
        When the frame has a column that the model does not take.
    DtypeMismatchError
        When a column holds another kind of value than its input, or a number that does
        not fit the input's type.
    MissingValueError
        When a value is missing and the input is not of a floating-point type. In a
        floating-point input a missing value is NaN.
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


def _check_names(wanted: Sequence[str], columns: Sequence[object]) -> None:
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise FeedError(f"the frame has more than one column {_quoted(twice)}: keep one of them")
    missing = [name for name in wanted if name not in columns]
    extra = [name for name in columns if name not in wanted]
    if missing:
        renames = _renames(missing, extra)
        advice = f" Renamed? frame.rename(columns={renames})" if renames else ""
        raise MissingInputError(
            f"the frame has no column {_quoted(missing)}. "
            f"Columns that the model does not take: {_quoted(extra) or 'none'}.{advice}"
        )
    if extra:
        raise UnknownInputError(
            f"the model has no input {_quoted(extra)}. It takes {_quoted(wanted)}. "
            f"Drop the rest: frame.drop(columns={list(extra)})"
        )


def _renames(missing: Sequence[str], extra: Sequence[object]) -> dict[str, str]:
    """Columns that nobody takes, by the missing name that each resembles most."""
    left = {_plain(name): name for name in extra if isinstance(name, str)}
    renames = {}
    for name in missing:
        for match in get_close_matches(_plain(name), left, n=1):
            renames[left.pop(match)] = name
    return renames


def _plain(name: str) -> str:
    """Name without what differs between spellings: capitals, spaces, punctuation."""
    return re.sub(r"\W|_", "", name).casefold()


def _array(value: Value, column: pandas.Series) -> np.ndarray:
    element = re.fullmatch(r"tensor\((\w+)\)", value.type)
    if element is None:
        raise DtypeMismatchError(
            f"input {value.name!r} wants {value.type}, and a column can only fill a tensor"
        )
    _check_shape(value, len(column))
    dtype = np.dtype(NUMPY_NAMES.get(element[1], element[1]))
    convert = {"O": _text, "b": _booleans, "i": _integers, "u": _integers}.get(dtype.kind, _floats)
    array = convert(value, column, dtype)
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


def _text(value: Value, column: pandas.Series, dtype: np.dtype) -> np.ndarray:
    _refuse_missing(
        value,
        column,
        "fill them with the text that stood for missing in training, such as "
        f"frame[{value.name!r}].fillna('')",
    )
    _refuse_other_types(value, column, str, f"frame[{value.name!r}].astype(str)")
    return column.to_numpy(dtype=object, copy=True)


def _booleans(value: Value, column: pandas.Series, dtype: np.dtype) -> np.ndarray:
    _refuse_missing(value, column, "decide what they stand for")
    _refuse_other_types(value, column, (bool, np.bool_), f"frame[{value.name!r}].astype(bool)")
    return column.to_numpy(dtype=bool, copy=True)


def _integers(value: Value, column: pandas.Series, dtype: np.dtype) -> np.ndarray:
    _refuse_missing(
        value, column, "fill them, or declare the input as floating-point when you convert"
    )
    _refuse_other_types(value, column, NUMBERS, f"pandas.to_numeric(frame[{value.name!r}])")
    limits = np.iinfo(dtype)
    for row, item in enumerate(column.tolist()):
        if not limits.min <= item <= limits.max:
            raise _too_large(value, row, item)
        if item != int(item):
            raise DtypeMismatchError(
                f"input {value.name!r} wants {value.type}, and row {row} of the column holds "
                f"{item!r}. Round the column, or declare the input as floating-point when you "
                "convert"
            )
    return np.array([int(item) for item in column.tolist()], dtype=dtype)


def _floats(value: Value, column: pandas.Series, dtype: np.dtype) -> np.ndarray:
    _refuse_other_types(value, column, NUMBERS, f"pandas.to_numeric(frame[{value.name!r}])")
    given = column.to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(over="ignore"):
        converted = given.astype(dtype)
    overflow = np.isinf(converted) & np.isfinite(given)
    if overflow.any():
        row = int(overflow.argmax())
        raise _too_large(value, row, float(given[row]))
    return converted


def _refuse_missing(value: Value, column: pandas.Series, advice: str) -> None:
    missing = column.isna().to_numpy()
    if missing.any():
        raise MissingValueError(
            f"column {value.name!r} has {missing.sum():,} missing of {len(column):,} values, the "
            f"first in row {missing.argmax()}, and {value.type} cannot hold them: {advice}"
        )


def _refuse_other_types(
    value: Value, column: pandas.Series, accepted: type | tuple[type, ...], conversion: str
) -> None:
    missing = column.isna().tolist()
    for row, item in enumerate(column.tolist()):
        if not missing[row] and not isinstance(item, accepted):
            raise DtypeMismatchError(
                f"input {value.name!r} wants {value.type}, and row {row} of the column holds "
                f"{item!r} ({type(item).__name__}). Convert the column: {conversion}"
            )


def _too_large(value: Value, row: int, item: float) -> DtypeMismatchError:
    return DtypeMismatchError(
        f"input {value.name!r} wants {value.type}, and row {row} of the column holds {item!r}, "
        "which is too large for it"
    )


def _quoted(names: Sequence[object]) -> str:
    return ", ".join(map(repr, names))
