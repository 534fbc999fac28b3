"""Count the rows on which a model and its file answer differently."""

from collections.abc import Sequence

import numpy as np

RTOL, ATOL = 1e-3, 1e-5  # those of helpers.check_parity


class OtherShape(Exception):
    """Two outputs that cannot be compared, row by row."""


def compare(expected: Sequence[np.ndarray], actual: Sequence[np.ndarray]) -> tuple:
    """Rows that differ, and by how much.

    A label counts as equal, too, where the original's own scores for both labels are within the
    tolerance of each other: there, any label is right.

    Parameters
    ----------
    expected, actual : sequence of arrays, each of shape (rows, ...)
        Outputs of the original, and of the file, in the same order.

    Returns
    -------
    differ : array of bool, shape (rows,)
    largest : float
        Largest difference between two numbers; 0 for labels.
    what : str
        Which output differs: "labels", "values" or "both"; empty if none does.

    Raises
    ------
    OtherShape
        When the number of outputs or their shapes are not the same.
    """
    if len(expected) != len(actual):
        raise OtherShape(f"{len(expected)} outputs expected, the file has {len(actual)}")
    differ, largest, what = np.zeros(len(expected[0]), bool), 0.0, []
    for wanted, got in zip(expected, actual, strict=True):
        wanted, got = same_shape(np.asarray(wanted), np.asarray(got))
        if is_label(wanted) or is_label(got):
            wrong = as_text(wanted) != as_text(got)
            wrong = wrong.reshape(len(wrong), -1).any(axis=1)
            if wrong.any() and len(expected) == 2 and wanted.ndim == 1:
                wrong &= ~tied(np.asarray(expected[1]))
            size = 0.0
        else:
            wanted, got = wanted.astype(float), got.astype(float)
            with np.errstate(all="ignore"):
                gap = np.abs(got - wanted)
                gap[(wanted == got) | (np.isnan(wanted) & np.isnan(got))] = 0
                gap = np.where(np.isnan(gap), np.inf, gap)
                close = gap <= ATOL + RTOL * np.nan_to_num(np.abs(wanted))
                close = close.reshape(len(gap), -1)
            wrong = ~close.all(axis=1)
            size = gap.max() if gap.size else 0.0
        if wrong.any():
            what.append("labels" if is_label(wanted) else "values")
            largest = max(largest, size)
        differ |= wrong
    kinds = sorted(set(what))
    return differ, largest, " and ".join(kinds)


def same_shape(wanted: np.ndarray, got: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both in one shape; a score for two classes may stand in one column or in two."""
    if wanted.shape == got.shape:
        return wanted, got
    if wanted.size == got.size and len(wanted) == len(got):
        return wanted, got.reshape(wanted.shape)
    if wanted.ndim == 1 and got.shape == (len(wanted), 2):
        return wanted, got[:, 1]
    raise OtherShape(f"shape {wanted.shape} expected, the file gives {got.shape}")


def is_label(values: np.ndarray) -> bool:
    """Whether the values are names of classes, or integers."""
    return values.dtype.kind in "OUSbiu"


def as_text(values: np.ndarray) -> np.ndarray:
    """Labels as text, so that 1, 1.0 and True are one, as are "a" and b"a"."""
    if values.dtype.kind == "b":
        values = values.astype(int)
    if values.dtype.kind == "f" and np.isfinite(values).all() and (values % 1 == 0).all():
        values = values.astype(int)
    return values.astype(str)


def tied(scores: np.ndarray) -> np.ndarray:
    """Rows whose two best scores are equal within the tolerance."""
    if scores.dtype.kind != "f":
        return np.zeros(len(scores), bool)
    if scores.ndim == 1:
        return np.abs(scores) <= ATOL
    best = np.sort(scores, axis=1)[:, -2:]
    return best[:, 1] - best[:, 0] <= ATOL + RTOL * np.abs(best[:, 1])
