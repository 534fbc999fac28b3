"""Count the rows on which a model and its file answer differently."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

RTOL, ATOL = 1e-3, 1e-5  # those of helpers.check_parity
SMALL = 1e-2  # outputs below this get a smaller absolute tolerance, or they could not differ


class OtherShapeError(Exception):
    """Two outputs that cannot be compared, row by row."""


@dataclass
class Comparison:
    """What is the same, and what is not.

    Attributes
    ----------
    differ : array of bool, shape (rows,)
        Rows on which any output differs.
    largest : float
        Largest difference between two finite numbers in those rows, or 0.
    what : set of str
        "labels", "values", "missing values" (not finite on one side only).
    form : list of str
        How the file's outputs are shaped otherwise, though they hold the same.
    aligned : list of arrays
        The file's outputs in the form of the original's.
    """

    differ: np.ndarray
    largest: float = 0.0
    what: set[str] = field(default_factory=set)
    form: list[str] = field(default_factory=list)
    aligned: list[np.ndarray] = field(default_factory=list)


def compare(
    expected: Sequence[np.ndarray],
    actual: Sequence[np.ndarray],
    classes: np.ndarray | None = None,
    rtol: float = RTOL,
) -> Comparison:
    """Compare outputs row by row.

    Two numbers are the same within 0.001 of the original's, or within 0.00001 times the usual
    size of that output (of that column): what float32 loses depends on the size of the terms, not
    on that of a sum close to 0. Two labels also count as the same where the original's own scores
    for both are within the tolerance of each other; but not if they are tied exactly on both
    sides, since then it is a rule that decides, and rules can be the same.

    Parameters
    ----------
    expected, actual : sequence of arrays, each of shape (rows, ...)
        Outputs of the original, and of the file, in the same order. The file may have more.
    classes : array, optional
        Labels of the columns of the second output.
    rtol : float, default 0.001
        Relative tolerance; the absolute one is a hundredth of it, and as large for 16 bits.

    Raises
    ------
    OtherShapeError
        When an output is missing, or its shape is another one.
    """
    if len(expected) > len(actual):
        raise OtherShapeError(f"{len(expected)} outputs expected, the file has {len(actual)}")
    expected = [np.asarray(values) for values in expected]
    found = Comparison(np.zeros(len(expected[0]), bool))
    if len(actual) > len(expected):
        found.form.append(f"{len(actual) - len(expected)} more output")
    for wanted, got in zip(expected, actual, strict=False):
        best = None
        for form, values in shapes(wanted, np.asarray(got)):
            one = compare_one(wanted, values, rtol)
            if best is None or one.differ.sum() < best[1].differ.sum():
                best = form, one, values
        if best is None:
            raise OtherShapeError(f"shape {wanted.shape} expected, the file gives {np.shape(got)}")
        form, one, values = best
        found.form += [form] if form else []
        found.aligned.append(values)
        if "labels" in one.what and classes is not None and len(expected) == 2:
            scores, of_file = np.asarray(expected[1]), np.asarray(actual[1])
            one.differ &= ~near_tie(scores, of_file, classes, values.ravel())
            one.what = one.what if one.differ.any() else set()
        found.differ |= one.differ
        found.what |= one.what
        found.largest = max(found.largest, one.largest)
    return found


def compare_one(wanted: np.ndarray, got: np.ndarray, rtol: float) -> Comparison:
    """Compare one output, in one shape."""
    rows = len(wanted)
    if is_label(wanted) or is_label(got):
        wrong = (as_text(wanted) != as_text(got)).reshape(rows, -1).any(axis=1)
        what = "labels" if wanted.size == rows else "values"
        return Comparison(wrong, what={what} if wrong.any() else set())
    with np.errstate(all="ignore"):
        wanted, got = wanted.astype(float), got.astype(float)
        gap = np.abs(got - wanted)
        gap[(wanted == got) | (np.isnan(wanted) & np.isnan(got))] = 0
        atol = ATOL if rtol == RTOL else rtol
        far = ~(gap <= atol * size_of_outputs(wanted) + rtol * np.abs(np.nan_to_num(wanted)))
        far |= np.isfinite(wanted) != np.isfinite(got)
    other = far & ~np.isfinite(gap)
    kinds = {"values": far & ~other, "missing values": other}
    found = {kind for kind, places in kinds.items() if places.any()}
    largest = gap[far & ~other].max(initial=0.0)
    return Comparison(far.reshape(rows, -1).any(axis=1), float(largest), found)


def size_of_outputs(values: np.ndarray) -> np.ndarray:
    """Usual size of each column: 1 or more, less only if all outputs are small."""
    finite = np.where(np.isfinite(values), values, 0)
    axes = tuple(range(finite.ndim - 1)) if finite.ndim > 1 else None
    columns = np.sqrt((finite**2).mean(axis=axes)) if finite.size else np.ones(1)
    usual = np.sqrt((finite**2).mean()) if finite.size else 1.0
    return np.maximum(columns, max(usual, 1e-6) if usual < SMALL else 1.0)


def shapes(wanted: np.ndarray, got: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Output of a file in the shape of the original's, with what was changed for it."""
    rows = len(wanted)
    if wanted.shape == got.shape:
        yield "", got
    elif wanted.ndim == 1 and got.shape == (rows, 2) and not is_label(wanted):
        yield "scores of two classes: (-d, d) for d", got[:, 1]
        yield "scores of two classes: (d, -d) for d, the other way round", got[:, 0]
    elif got.ndim > 1 and got.shape[:2] == wanted.shape[1::-1] and wanted.ndim == got.ndim:
        yield f"shape {shape_text(got, rows)}", np.moveaxis(got, 1, 0)
    elif wanted.size == got.size and rows in got.shape:
        yield f"shape {shape_text(got, rows)}", got.reshape(wanted.shape)


def shape_text(values: np.ndarray, rows: int) -> str:
    """Shape with the word "rows" where their number stands."""
    sizes, found = [str(size) for size in values.shape], False
    for place, size in reversed(list(enumerate(values.shape))):
        if size == rows and not found and (rows != 1 or place == 0):
            sizes[place], found = "rows", True
    return f"({', '.join(sizes)})"


def is_label(values: np.ndarray) -> bool:
    """Whether the values are names of classes, or integers."""
    return values.dtype.kind in "OUSbiu"


def as_text(values: np.ndarray) -> np.ndarray:
    """Labels as text, so that 1, 1.0 and True are one, as are "a" and b"a"."""
    if values.dtype.kind == "b":
        values = values.astype(int)
    if values.dtype.kind == "f":
        whole = np.isfinite(values) & (values % 1 == 0)
        return np.where(
            whole, np.where(whole, values, 0).astype(int).astype(str), values.astype(str)
        )
    return values.astype(str)


def near_tie(
    scores: np.ndarray, of_file: np.ndarray, classes: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Rows where the file's label has as good a score as the best, but for rounding."""
    if scores.ndim == 1:
        exact = (scores == 0) & (of_file.reshape(len(scores), -1)[:, 0] == 0)
        return (np.abs(scores) <= ATOL * size_of_outputs(scores)) & ~exact
    if scores.ndim != 2 or scores.shape != of_file.shape or scores.shape[1] != len(classes):
        return np.zeros(len(labels), bool)
    names = as_text(np.asarray(classes)).tolist()
    places = np.array([names.index(one) if one in names else -1 for one in as_text(labels)])
    here = np.arange(len(labels))
    best = scores.max(axis=1)
    near = scores[here, places] >= best - ATOL - RTOL * np.abs(best)
    exact = (scores[here, places] == best) & (of_file[here, places] == of_file.max(axis=1))
    exact &= of_file[here, scores.argmax(axis=1)] == of_file.max(axis=1)
    return near & ~exact & (places >= 0)
