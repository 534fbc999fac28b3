"""Find the first place where a model and its file, or two files, compute different numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from helpers.model import ModelLike
from helpers.walk import Value, make_feed, run, tensors, walk, whole

SMALLEST, LARGEST = 1e-5, 0.1  # gaps that are drawn, so that rounding looks alike on each CPU


class Step(NamedTuple):
    """A layer, step or tensor of the model, and the tensor of the file it is compared with.

    ``state`` is ``"same"``, ``"differs"`` or ``"no match"``; only the first two have the rest.
    ``gap`` is the largest difference in a column, relative to the largest number in it (plus
    0.001 of the largest of all, at most 0.01, so that a column of zeros may round). For labels
    it is 1 if any differs. ``mean`` is the mean of all gaps, each cut at 1, ``wrong`` counts the
    rows with a gap, ``worst`` is an index.
    """

    name: str
    state: str = "no match"
    tensor: str = ""
    operator: str = ""
    gap: float = np.inf
    mean: float = 1.0
    wrong: int = 0
    worst: tuple[int, ...] = ()


@dataclass(frozen=True)
class Parting:
    """Result of `find_parting`: its steps in order, and the first that differs, or None.

    With ``by_optimizer`` they part only if ONNX Runtime optimizes the graph, and the steps are
    the tensors of the file. ``rows`` is their number, ``allowed`` the gap that is.
    """

    steps: tuple[Step, ...]
    first: Step | None
    by_optimizer: bool
    rows: int
    allowed: float

    def __str__(self) -> str:
        same = [step.name for step in self.steps if step.state == "same"]
        missing = [step.name for step in self.steps if step.state == "no match"]
        last = f", last {same[-1]}" if same else ""
        lines = [f"same:     {len(same)} of {len(self.steps)}{last}"]
        lines += [f"no match: {', '.join(missing)}"] if missing else []
        if (first := self.first) is None:
            return "\n".join([*lines, f"part:     nowhere, on {self.rows:,} rows"])
        lines += [
            f"part:     at {first.name}{', when it is optimized' if self.by_optimizer else ''}",
            f"tensor:   {first.tensor} ({first.operator})",
            f"gap:      {first.gap:.2g}, allowed {self.allowed:g}",
            f"rows:     {first.wrong:,} of {self.rows:,} differ, worst at {first.worst}",
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def draw(self) -> None:
        """Draw the gap of each step that was compared, and the gap that is allowed."""
        import matplotlib.pyplot as plt

        steps = [step for step in self.steps if step.state != "no match"]
        _, axes = plt.subplots(figsize=(6.4, 1 + 0.28 * len(steps)))
        colors = ["C1" if step.state == "differs" else "C0" for step in steps]
        gaps = np.clip([step.gap for step in steps], SMALLEST, LARGEST) - SMALLEST / 2
        axes.barh(range(len(steps)), gaps, left=SMALLEST / 2, color=colors)
        axes.axvline(self.allowed, color="0.5", linestyle="--")
        names = [step.name if len(step.name) < 28 else f"…{step.name[-26:]}" for step in steps]
        axes.set(xscale="log", yticks=range(len(steps)), yticklabels=names)
        axes.set_xlim(SMALLEST / 2, LARGEST)
        axes.set_xlabel("gap, from 0.00001 or less to 0.1 or more (dashed: allowed)")
        axes.invert_yaxis()


def find_parting(model: Any, file: ModelLike, rows: Any, *, allowed: float = 1e-3) -> Parting:
    """Walk through a model and its file, and find the first place where they part.

    Both get the same rows, the model in inference mode. What it computes on the way is looked
    up in the file by its values, in any order of the axes, and by its name: the layers of a
    Keras model (of its sub-models too, not those inside layers), the steps of a scikit-learn
    pipeline, the tensors of another file. The file runs as it is written, with optimizations
    off. If all agrees, they are switched on. Neither model is changed: a copy gets the outputs.

    Parameters
    ----------
    model : keras.Model, fitted scikit-learn estimator or pipeline, or ONNX model
        What is right.
    file : str, pathlib.Path, bytes or onnx.ModelProto
        What is compared with it.
    rows : array, DataFrame, or dict of str to array
        Rows that both take, in the types of the file. All inner values are kept in memory.
    allowed : float, above 0
        The largest gap that counts as rounding; `Step` says what a gap is.

    Returns
    -------
    Parting

    Raises
    ------
    FeedError
        When the rows do not fit the file.
    TypeError
        When the model is none of these.
    ValueError
        When ``allowed`` is not above 0, or no tensor of the file can be one of the last two
        values of the model.

    Examples
    --------
    >>> import onnx
    >>> text = '''<ir_version: 10, opset_import: ["": 18]>
    ... g (float[N, 2] x) => (float[N, 2] y) { h = %s(x) y = Neg(h) }'''
    >>> right, wrong = (onnx.parser.parse_model(text % name) for name in ("Exp", "Abs"))
    >>> find_parting(right, wrong, np.float32([[0, 1], [2, 3]]))
    same:     0 of 2
    part:     at h
    tensor:   h (Abs)
    gap:      0.85, allowed 0.001
    rows:     2 of 2 differ, worst at (1, 1)
    """
    if not allowed > 0:
        raise ValueError(f"expected allowed to be above 0, got {allowed}")
    proto = whole(file)
    feed = make_feed(proto, rows)
    count = len(next(iter(feed.values())))
    inner = [value for value in tensors(proto, feed) if value.array.size >= count]  # no shapes
    steps = _match([one for one in walk(model, rows) if one.array.size >= count], inner, allowed)
    optimized = False
    if not any(step.state == "differs" for step in steps):
        outputs = {value.name for value in proto.graph.output}
        # One at a time: a value that is asked for can't be optimized away.
        for chosen in ([one for one in inner if one.name in outputs], inner):
            again = [
                _compare(one.name, one.array, one, run(proto, feed, [one.name])[0], allowed)
                for one in chosen
            ]
            optimized = any(step.state == "differs" for step in again)
            if not optimized:
                break
            steps = again
    first = next((step for step in steps if step.state == "differs"), None)
    return Parting(tuple(steps), first, optimized, count, allowed)


def _match(way: list[Value], inner: list[Value], allowed: float) -> list[Step]:
    """Look up each value of the way: by its values, by its name, or else guess by its shape."""
    names = [value.name for value in way]
    order = {value.name: place for place, value in enumerate(inner)}
    numbers = {value.name: value.array.dtype.kind == "f" for value in inner}
    found = [
        [
            min((_compare(name, array, one, fit, allowed) for fit in fits), key=_gap)
            for one in inner
            if (fits := list(_fits(array, one.array)))
        ]
        for name, array, _ in way
    ]
    steps = []
    for name, fitting in zip(names, found, strict=True):
        exact = [step for step in fitting if step.tensor == name]
        steps.append(min(exact or fitting, key=_gap, default=Step(name)))
    taken = {step.tensor for step in steps if step.state == "same"}
    last = 0
    for place, (step, fitting) in enumerate(zip(steps, found, strict=True)):
        if step.state == "same":
            last = max(last, order[step.tensor])
            continue
        name = step.name
        named = [one for one in fitting if one.tensor == name or _is_in(name, one.tensor)]
        guesses = [
            one
            for one in fitting
            if not way[place].operator  # a tensor has a name to go by
            and one.tensor not in taken
            and numbers[one.tensor] == (way[place].array.dtype.kind == "f")
            and order[one.tensor] >= last
            and not any(_is_in(other, one.tensor) for other in names)
        ]
        if named and names.count(name) == 1:
            steps[place] = named[-1]
        else:
            steps[place] = min(guesses, key=lambda one: one.mean, default=Step(name))
    if all(step.state == "no match" for step in steps[-2:]):
        raise ValueError(
            f"cannot match {names[-1]!r}, of shape {way[-1].array.shape}: no tensor of the file "
            "can be the same value, whatever the order of its axes. Is the file an export of "
            "this model, and are the rows a batch?"
        )
    return steps


def _gap(step: Step) -> float:
    return step.gap


def _is_in(layer: str, tensor: str) -> bool:
    """Whether a tensor belongs to a layer: Keras writes its name, with a number appended."""
    return re.search(rf"(^|/){re.escape(layer)}_\d+[/:]", tensor) is not None


def _fits(array: np.ndarray, other: np.ndarray) -> Iterator[np.ndarray]:
    """The other array in each order of its axes in which it has the shape of the first."""
    wanted, other = [size for size in array.shape if size != 1], other.squeeze()
    text = [one.dtype.kind in "OU" for one in (array, other)]
    if text[0] == text[1] and sorted(wanted) == sorted(other.shape):
        for order in permutations(range(other.ndim)):
            if [other.shape[axis] for axis in order] == wanted:
                yield other.transpose(order).reshape(array.shape)


def _compare(name: str, array: np.ndarray, one: Value, other: np.ndarray, allowed: float) -> Step:
    """Compare an array with that of a tensor, which is given in the shape of the first."""
    gaps = np.atleast_1d(array != other).astype(float)
    if "f" in (array.dtype.kind, other.dtype.kind):
        array, other = (np.atleast_1d(one).astype(float) for one in (array, other))
        sizes = np.abs(np.where(np.isfinite(array), array, 0))
        columns = sizes.reshape(-1, array.shape[-1] if array.ndim > 1 else 1).max(axis=0)
        with np.errstate(all="ignore"):
            gaps = np.abs(other - array) / (columns + min(0.01, 0.001 * sizes.max()))
        gaps[(array == other) | (np.isnan(array) & np.isnan(other))] = 0
        gaps[np.isnan(gaps)] = np.inf
    worst = tuple(int(place) for place in np.unravel_index(gaps.argmax(), gaps.shape))
    wrong = int((gaps > allowed).reshape(len(gaps), -1).any(axis=1).sum())
    state = "differs" if gaps[worst] > allowed else "same"
    gap, mean = float(gaps[worst]), float(np.minimum(gaps, 1).mean())
    return Step(name, state, one.name, one.operator, gap, mean, wrong, worst)
