"""Compare reference outputs with ONNX outputs, against stated tolerances."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Parity:
    """Result of `check_parity`; its text is the same on every CPU as long as it passes.

    Attributes
    ----------
    passed : bool
        Every value is within the tolerances and every label is equal.
    shape : tuple of int
        Shape of both arrays.
    equal_labels, rows : int or None
        How many labels are equal, of how many; None for outputs without labels.
    max_abs_error, max_rel_error : float or None
        Largest ``|actual - expected|``, also divided by ``|expected|`` where that is not 0;
        None when only labels were compared.
    worst : tuple of int or None
        Index of the value that exceeds its tolerance most, or of the first unequal label.
    atol, rtol : float
        The tolerances.
    """

    passed: bool
    shape: tuple[int, ...]
    equal_labels: int | None
    rows: int | None
    max_abs_error: float | None
    max_rel_error: float | None
    worst: tuple[int, ...] | None
    atol: float
    rtol: float

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [f"parity: {'pass' if self.passed else 'FAIL'}, shape {self.shape}"]
        if self.equal_labels is not None:
            lines.append(f"  labels: {self.equal_labels:,} of {self.rows:,} equal")
        tolerance = f"{self.atol:g} + {self.rtol:g} * |expected|"
        # The place of a label has one number fewer than that of a value.
        only_labels = self.worst is not None and len(self.worst) < len(self.shape)
        if self.max_abs_error is not None and (self.passed or only_labels):
            lines.append(f"  values: every difference is within {tolerance}")
        elif self.max_abs_error is not None:
            lines.append(
                f"  values: largest absolute error {self.max_abs_error:.2g}, "
                f"relative {self.max_rel_error:.2g}"
            )
            lines.append(f"  wanted: every difference within {tolerance}")
        if self.worst is not None:
            lines.append(f"  worst:  at index {self.worst}")
        return "\n".join(lines)

    __repr__ = __str__


def check_parity(
    expected: Any,
    actual: Any,
    *,
    rtol: float = 1e-3,
    atol: float = 1e-5,
    labels: bool | None = None,
) -> Parity:
    """Compare the training library's outputs with ONNX Runtime's.

    A value passes if ``|actual - expected| <= atol + rtol * |expected|``, the rule of
    `numpy.allclose`. The default ``rtol`` is the one that ONNX's own backend tests use
    (``onnx.backend.test.runner``).

    Parameters
    ----------
    expected, actual : array of float, int, bool or str, same shape
        What the training library answers, and what ONNX Runtime answers, for the same
        rows. Integers, booleans and strings are compared as labels.
    rtol, atol : float, not negative
        Relative and absolute tolerance.
    labels : bool, optional
        Compare the labels too, taken as ``argmax(axis=-1)`` of float arrays. Default: only
        for float arrays of shape (rows, classes) with at least two classes.

    Raises
    ------
    ValueError
        When the shapes differ, an array is empty, or a tolerance is negative or not a number.
    TypeError
        When an output is not an array, such as the list of dicts that ZipMap makes, or
        when numbers are compared with strings.

    Examples
    --------
    >>> check_parity([[0.1, 0.9], [0.8, 0.2]], [[0.1, 0.9], [0.8, 0.2000001]])
    parity: pass, shape (2, 2)
      labels: 2 of 2 equal
      values: every difference is within 1e-05 + 0.001 * |expected|
    """
    if not (rtol >= 0 and atol >= 0):
        raise ValueError(f"expected tolerances of 0 or more, got rtol={rtol}, atol={atol}")
    expected, actual = _as_array(expected, "expected"), _as_array(actual, "actual")
    if expected.shape != actual.shape:
        raise ValueError(
            f"the shapes differ: expected {expected.shape}, actual {actual.shape}. Compare "
            "outputs for the same rows, and labels with labels, probabilities with probabilities."
        )
    if expected.size == 0:
        raise ValueError(f"there is nothing to compare: both arrays have shape {expected.shape}")
    if (expected.dtype.kind == "U") != (actual.dtype.kind == "U"):
        raise TypeError(
            f"cannot compare {expected.dtype} with {actual.dtype}: one side has labels as text"
        )
    if expected.dtype.kind == "f" or actual.dtype.kind == "f":
        return _compare_floats(expected, actual, rtol, atol, labels)
    equal = expected == actual
    worst, count, rows = _first_wrong(equal), int(equal.sum()), equal.size
    return Parity(worst is None, equal.shape, count, rows, None, None, worst, atol, rtol)


def _as_array(values: Any, name: str) -> np.ndarray:
    if isinstance(values, list) and values and isinstance(values[0], dict):
        raise TypeError(
            f"{name} is a list of dicts (one a row), which ZipMap makes. Convert with "
            "options={'zipmap': False} to get an array, or build one from the dicts."
        )
    array = np.asarray(values)
    if array.dtype.kind == "O" and all(isinstance(item, str) for item in array.flat):
        array = array.astype(str)
    if array.dtype.kind not in "fiubU":
        raise TypeError(
            f"{name}: expected an array of numbers or strings, got {type(values).__name__} "
            f"of dtype {array.dtype}. session.run returns a list: take one output of it."
        )
    return array


def _compare_floats(
    expected: np.ndarray, actual: np.ndarray, rtol: float, atol: float, labels: bool | None
) -> Parity:
    if labels is None:
        labels = expected.ndim == 2 and expected.shape[1] > 1
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.abs(expected.astype(np.float64))
        difference = np.abs(actual.astype(np.float64) - expected.astype(np.float64))
        relative = np.where(size > 0, difference / size, 0.0)
        excess = difference - (atol + rtol * size)
    same = (expected == actual) | (np.isnan(expected) & np.isnan(actual))
    within = same | (excess <= 0)
    difference, relative = np.where(same, 0.0, difference), np.where(same, 0.0, relative)
    excess = np.where(within, -np.inf, np.where(np.isnan(excess), np.inf, excess))
    equal = expected.argmax(axis=-1) == actual.argmax(axis=-1) if labels else None
    worst = _first_wrong(excess < excess.max()) if not within.all() else None
    if worst is None and equal is not None:
        worst = _first_wrong(equal)
    count, rows = (None, None) if equal is None else (int(equal.sum()), equal.size)
    far, part = _largest(difference), _largest(relative)
    return Parity(worst is None, expected.shape, count, rows, far, part, worst, atol, rtol)


def _largest(values: np.ndarray) -> float:
    """Largest value; infinite if one is not a number, so that a NaN never looks small."""
    return float("inf") if np.isnan(values).any() else float(values.max())


def _first_wrong(right: np.ndarray) -> tuple[int, ...] | None:
    """Place of the first False, or None."""
    if right.all():
        return None
    return tuple(int(place) for place in np.unravel_index(right.argmin(), right.shape))
