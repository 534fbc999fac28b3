"""Find the first place where a model and its file, or two files, compute different numbers."""

import re
from dataclasses import dataclass
from itertools import permutations
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from classroom.walk import Value, make_feed, run, tensors, walk, whole
from helpers.model import ModelLike

GAP, MEAN = attrgetter("gap"), attrgetter("mean")
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


@dataclass(frozen=True, repr=False)
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

    __repr__ = __str__

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

    Both get the same rows, the model in inference mode. Its answers are compared with the
    outputs of the file. What it computes before (the layers of a Keras model and its
    sub-models, the steps of a pipeline, the tensors of a file) is looked up by its values, in
    any order of the axes, then by its name and shape. The file runs with optimizations off; if
    all agrees, with them. Neither is changed, except for the state of a stateful layer.

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

    Raises
    ------
    FeedError
        When the rows do not fit the file.
    TypeError
        When the model is none of these.
    ValueError
        When ``allowed`` is not above 0, or no output of the file has the shape of an answer.

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
    way, inner = (  # without shapes
        [value for value in values if value.array.size >= count or value.place >= 0]
        for values in (walk(model, rows), tensors(proto, feed))
    )
    steps = _match(way, inner, allowed)
    first, optimized = _first(steps), False
    for chosen in ([value for value in inner if value.place >= 0], inner):
        if first and not optimized:
            break
        # One at a time: a value that is asked for can't be optimized away.
        fast = [one._replace(array=run(proto, feed, [one.name])[0]) for one in chosen]
        again = [_compare(*pair, allowed) for pair in zip(chosen, fast, strict=True)]
        if _first(again) is None:
            break
        steps, first, optimized = again, _first(again), True
    return Parting(tuple(steps), first, optimized, count, allowed)


def _first(steps: list[Step]) -> Step | None:
    return next((step for step in steps if step.state == "differs"), None)


def _match(way: list[Value], inner: list[Value], allowed: float) -> list[Step]:
    """Look up answers among the outputs, the rest by values, by name, or else guess by shape."""
    outputs = sorted((one for one in inner if one.place >= 0), key=lambda one: one.place)
    answers = [value for value in way if value.place >= 0]
    names, order = [value.name for value in way], [one.name for one in inner]
    kinds = {one.name: one.array.dtype.kind for one in inner}
    found = []
    for value in way:
        among = inner
        if value.place >= 0:
            among = [outputs[value.place]] if len(answers) == len(outputs) else outputs
            among = [one for one in outputs if value.operator and one.name == value.name] or among
        fitting = [step for one in among if (step := _nearest(value, one, allowed))]
        found.append([step for step in fitting if step.tensor == value.name] or fitting)
    steps = [
        min(fitting, key=GAP, default=Step(name))
        for name, fitting in zip(names, found, strict=True)
    ]
    states = [step.state for step, value in zip(steps, way, strict=True) if value.place >= 0]
    if all(state == "no match" for state in states):
        raise ValueError(
            f"cannot match {answers[-1].name!r}, of shape {answers[-1].array.shape}: no output of "
            "the file has that shape. Is it an export of this model, and are the rows a batch?"
        )
    taken = {step.tensor for step in steps if step.state == "same"}
    last = 0
    for place, (value, step, fitting) in enumerate(zip(way, steps, found, strict=True)):
        if step.state == "same":
            last = max(last, order.index(step.tensor))
        elif value.place < 0 and step.tensor != value.name:
            alike = [one for one in fitting if kinds[one.tensor] == value.array.dtype.kind]
            named = [one for one in alike if _is_in(value.name, one.tensor)]
            free = [
                one
                for one in alike
                if one.tensor not in {*taken, *order[:last]}
                and not any(_is_in(name, one.tensor) for name in names)
            ]
            steps[place] = Step(value.name)
            # Nothing went wrong if all answers are right; and a tensor has a name to go by.
            if value.operator or all(state == "same" for state in states):
                continue
            if named:  # a layer that is called again has several
                once = names.count(value.name) == 1
                steps[place] = named[-1] if once else min(named, key=MEAN)
            elif free:
                steps[place] = min(free, key=MEAN)
    return steps


def _is_in(layer: str, tensor: str) -> bool:
    """Whether a tensor belongs to a layer: Keras writes its name, with a number appended."""
    return re.search(rf"(^|/){re.escape(layer)}_\d+[/:]", tensor) is not None


def _nearest(value: Value, one: Value, allowed: float) -> Step | None:
    """Compare with a tensor in each order of its axes that fits; an answer has to be in order."""
    array, other = value.array, one.array.squeeze()
    wanted = [size for size in array.shape if size != 1]
    if (array.dtype.kind in "OU") != (other.dtype.kind in "OU"):
        return None
    turned = [
        one._replace(array=other.transpose(axes).reshape(array.shape))
        for axes in ([range(other.ndim)] if value.place >= 0 else permutations(range(other.ndim)))
        if [other.shape[axis] for axis in axes] == wanted
    ]
    return min((_compare(value, each, allowed) for each in turned), key=GAP, default=None)


def _compare(value: Value, one: Value, allowed: float) -> Step:
    """Compare a value with a tensor of its shape."""
    array, other = value.array, one.array
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
    return Step(value.name, state, one.name, one.operator, gap, mean, wrong, worst)
