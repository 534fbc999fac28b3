"""Decide whether a file may take the place of another: answers first, then size and speed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnx import TensorProto

from helpers.interface import Interface, describe
from helpers.latency import measure_latency
from helpers.model import read_model
from helpers.shipping import Arrays

Feed = dict[str, np.ndarray]


@dataclass(frozen=True, repr=False)
class Replacement:
    """Result of `check_replacement`; true if nothing got worse than allowed.

    Attributes
    ----------
    changed : dict of str to int
        Rows that answer differently, of ``"rows"`` and, if they were given, ``"fragile"``.
    worst : dict of str to tuple of int and float
        The row that moved most, and how far; infinite if it is a label, or not a number.
    ratios : dict of str to float
        After divided by before: ``"size"``, and the time of ``"one row"`` and a ``"batch"``.
    lines : tuple of tuple
        Each question: its name, whether it passed, and the reason.
    """

    changed: dict[str, int]
    worst: dict[str, tuple[int, float]]
    ratios: dict[str, float]
    lines: tuple[tuple[str, bool, str], ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the questions that failed."""
        return tuple(name for name, passed, _ in self.lines if not passed)

    def __bool__(self) -> bool:
        return not self.failed

    def __str__(self) -> str:
        words = {True: "pass", False: "FAIL"}
        head = f"may it replace the file: {'yes' if self else 'NO'}"
        return "\n".join(
            [head, *(f"  {words[ok]}  {name:<8} {why}" for name, ok, why in self.lines)]
        )

    __repr__ = __str__


def check_replacement(
    before: str | Path,
    after: str | Path,
    rows: Arrays,
    *,
    fragile: Arrays | None = None,
    changed: int = 0,
    fragile_changed: int = 0,
    tolerance: float | None = None,
    larger: float = 1.0,
    slower: float = 1.2,
    batch: int = 64,
    options: ort.SessionOptions | None = None,
) -> Replacement:
    """Compare a file with the one it shall replace: rows that answer differently, size, time.

    A row counts as changed if a label differs, or the place of the largest number in a row of
    at least two (the predicted class), or if any number moved by more than ``tolerance``. The
    times are measured in turns, so a busy machine slows both files.

    Parameters
    ----------
    before, after : str or pathlib.Path
        The file in use and the one that shall replace it; files beside them are counted, too.
    rows, fragile : array, or mapping of str to array, shape (rows, ...)
        Real rows, and if you have them fragile ones: an array for the only input, or arrays
        by name.
    changed, fragile_changed : int
        How many of the rows may answer differently.
    tolerance : float, optional
        How far a number may move. Needed where an output has one number per row.
    larger, slower : float
        Largest ratio of the sizes and of the times, after to before.
    batch : int
        Rows in one call, as in production: an answer can depend on it.
    options : onnxruntime.SessionOptions, optional
        For both sessions, such as the number of threads.

    Returns
    -------
    Replacement

    Raises
    ------
    FileNotFoundError, InvalidModelError, TypeError
        As `describe`; also for an output that is no array.
    FeedError
        When the rows do not fit the file in use.
    ValueError
        When the names or types of the two files differ, there are no rows, a limit makes no
        sense, or a number has no ``tolerance``.

    Examples
    --------
    >>> from helpers import DIGITS_MODEL, load_mnist
    >>> rows = load_mnist().x_test[:64]
    >>> report = check_replacement(DIGITS_MODEL, DIGITS_MODEL, rows, slower=100)
    >>> bool(report), report.changed, report.ratios["size"]
    (True, {'rows': 0}, 1.0)
    """
    _check_limits(
        changed=changed,
        fragile_changed=fragile_changed,
        tolerance=tolerance or 0,
        larger=larger,
        slower=slower,
    )
    if batch < 1:
        raise ValueError(f"expected a batch of 1 or more, got {batch}")
    for path in (before, after):
        if not isinstance(path, (str, Path)):
            raise TypeError(f"expected the path of a file, got {type(path).__name__}")
    old, new = describe(before), describe(after)
    _same_interface(old, new)
    tables = {"rows": (rows, changed), "fragile": (fragile, fragile_changed)}
    feeds = {k: (_feed(old, r, k), n) for k, (r, n) in tables.items() if r is not None}
    cpu = ["CPUExecutionProvider"]
    first, second = (ort.InferenceSession(p, options, providers=cpu) for p in (before, after))
    counts, worst, lines = {}, {}, []
    for kind, (feed, allowed) in feeds.items():
        answers = _answers(first, feed, batch), _answers(second, feed, batch)
        different, moved = _compare(old, *answers, tolerance)
        counts[kind] = int(different.sum())
        worst[kind] = int(moved.argmax()), float(moved.max())
        reason = f"{counts[kind]:,} of {len(moved):,} change, allowed: {allowed:,}"
        reason += f"; row {worst[kind][0]} moved by {worst[kind][1]:.2g}" if moved.any() else ""
        lines.append((kind, counts[kind] <= allowed, reason))
    ratios = {"size": _size(after) / _size(before)}
    for name, count in (("one row", 1), ("batch", batch)):
        feed = {key: array[:count] for key, array in feeds["rows"][0].items()}
        calls = {
            "before": lambda feed=feed: first.run(None, feed),
            "after": lambda feed=feed: second.run(None, feed),
        }
        ratios[name] = 1 / measure_latency(calls).ratios["after"]
    for name, ratio in ratios.items():
        limit, unit = (larger, "size") if name == "size" else (slower, "time")
        reason = f"{ratio:.2f} times the {unit}, allowed: {limit:g}"
        lines.append((name, ratio <= limit, reason))
    return Replacement(counts, worst, ratios, tuple(lines))


def _check_limits(**limits: float) -> None:
    for name, limit in limits.items():
        if not limit >= 0:
            raise ValueError(f"expected {name} of 0 or more, got {limit}")


def _same_interface(old: Interface, new: Interface) -> None:
    for kind in ("inputs", "outputs"):
        have = [{v.name: v.type for v in getattr(side, kind)} for side in (old, new)]
        if have[0] != have[1]:
            raise ValueError(
                f"the {kind} differ: {have[0]} before, {have[1]} after. Callers would have to "
                "change, too. Keep names and types in the step that makes the new file."
            )


def _feed(interface: Interface, rows: Arrays, kind: str) -> Feed:
    feed = dict(rows) if isinstance(rows, Mapping) else {interface.inputs[0].name: rows}
    interface.check_feed(feed)
    lengths = {len(array) if array.ndim else 0 for array in feed.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(
            f"{kind}: expected at least one row, and as many for each input, got {sorted(lengths)}"
        )
    return feed


def _answers(session: ort.InferenceSession, feed: Feed, batch: int) -> list[np.ndarray]:
    count = len(next(iter(feed.values())))
    parts = [
        session.run(None, {name: array[start : start + batch] for name, array in feed.items()})
        for start in range(0, count, batch)
    ]
    if not all(isinstance(output, np.ndarray) for output in parts[0]):
        raise TypeError("an output is a list, as ZipMap makes it: convert with zipmap=False")
    return [np.concatenate(pieces) for pieces in zip(*parts, strict=True)]


def _compare(
    interface: Interface,
    before: list[np.ndarray],
    after: list[np.ndarray],
    tolerance: float | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Which rows changed, and how far each moved."""
    different, moved = np.zeros(len(before[0]), bool), np.zeros(len(before[0]))
    for value, old, new in zip(interface.outputs, before, after, strict=True):
        if old.shape != new.shape or len(old) != len(moved):
            raise ValueError(
                f"output {value.name!r} has shape {old.shape} before and {new.shape} after: "
                "expected the same, and one answer per row"
            )
        if old.dtype.kind != "f":
            unequal = (old != new).reshape(len(old), -1).any(axis=1)
            different |= unequal
            moved[unequal] = np.inf
            continue
        flat = [array.reshape(len(array), -1).astype(float) for array in (old, new)]
        if tolerance is None and flat[0].shape[1] < 2:
            raise ValueError(
                f"output {value.name!r} is one number per row: say how far it may move, "
                "tolerance=..."
            )
        with np.errstate(invalid="ignore"):
            same = (flat[0] == flat[1]) | (np.isnan(flat[0]) & np.isnan(flat[1]))
            far = np.where(same, 0, np.abs(flat[1] - flat[0]))
        far = np.where(np.isnan(far), np.inf, far).max(axis=1)
        moved = np.maximum(moved, far)
        if flat[0].shape[1] > 1:
            different |= (flat[0].argmax(axis=1) != flat[1].argmax(axis=1)) | np.isinf(far)
        if tolerance is not None:
            different |= far > tolerance
    return different, moved


def _size(path: str | Path) -> int:
    """Bytes of the file and of the files beside it that hold its weights."""
    beside = {
        entry.value
        for tensor in read_model(path).graph.initializer
        if tensor.data_location == TensorProto.EXTERNAL
        for entry in tensor.external_data
        if entry.key == "location"
    }
    return sum(p.stat().st_size for p in (Path(path), *(Path(path).parent / b for b in beside)))
