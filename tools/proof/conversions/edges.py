"""Rows next to an edge, where rounding decides, and rows in the forms that models take."""

from typing import Any

import numpy as np

from tools.proof.conversions.case import Subject
from tools.proof.conversions.compare import ATOL, RTOL, Comparison

STEP = 1e-5  # by how much a row changes, relative to itself, when an edge is looked for
TRIES = 16  # how often
FAR = "far"  # kind of rows so far out that float32 keeps nothing of the rest
EDGES = 0.01  # more ordinary rows than this at an edge are a difference


def edge_rows(subject: Subject, kind: str, rows: Any, found: Comparison) -> np.ndarray:
    """Rows on which the original itself is not certain, or that are far out.

    There, it moves from its own answer at least half as far as the file does, in some direction
    for each number, when the row's numbers change by `STEP` of themselves; or it gives the file's
    label. This is so next to a threshold, or between two neighbors that are equally near. Zeros
    stay zeros. Ordinary rows are hardly ever there: if many are, a rule is another one.
    """
    places = np.flatnonzero(found.differ)
    at_edge = np.zeros(len(found.differ), bool)
    many = kind == "ordinary" and len(places) > EDGES * len(found.differ)
    if many or not subject.alone or kind == "one row" or "missing values" in found.what:
        return at_edge
    if kind == FAR:
        return found.differ
    few = take(rows, places)
    random = np.random.default_rng(0)
    try:
        wanted = [np.asarray(values) for values in subject.answer(few)]
        moved = [
            [np.asarray(values) for values in subject.answer(shake(few, random))]
            for _ in range(TRIES)
        ]
    except Exception:  # rows that cannot be changed: texts, and what takes no numbers between
        return at_edge
    certain = np.zeros(len(places), bool)
    for index, values in enumerate(wanted):
        got = found.aligned[index][places]
        others = [answers[index] for answers in moved]
        if got.dtype.kind in "OUSbiu":
            unlike = np.all([other != got for other in others] + [values != got], axis=0)
        else:
            reach = np.max([np.abs(other - values) for other in others], axis=0)
            gap = np.abs(got.astype(float) - values)
            unlike = gap > 2 * reach + ATOL + RTOL * np.abs(values)
        certain |= unlike.reshape(len(places), -1).any(axis=1)
    at_edge[places] = ~certain
    return at_edge


def shake(rows: Any, random: np.random.Generator) -> Any:
    """Rows whose numbers are changed by up to `STEP` of themselves.

    Raises
    ------
    TypeError
        When they hold no such numbers.
    """
    if isinstance(rows, dict):
        return {name: shake(values, random) for name, values in rows.items()}
    if hasattr(rows, "iloc"):
        moved = rows.copy()
        for name in rows.columns:
            if rows[name].dtype.kind == "f":
                moved[name] = shake(rows[name].to_numpy(), random)
        return moved
    if not isinstance(rows, np.ndarray) or rows.dtype.kind != "f":
        raise TypeError("expected numbers to change")
    return (rows * (1 + random.uniform(-STEP, STEP, rows.shape))).astype(rows.dtype)


def take(rows: Any, some: Any) -> Any:
    """Some of the rows, in the form they have."""
    if isinstance(rows, dict):
        return {name: values[some] for name, values in rows.items()}
    if isinstance(rows, list):
        return rows[some] if isinstance(some, slice) else [rows[place] for place in some]
    return rows.iloc[some] if hasattr(rows, "iloc") else rows[some]


def size_of(rows: Any) -> int:
    """Count the rows."""
    return len(next(iter(rows.values()))) if isinstance(rows, dict) else len(rows)
