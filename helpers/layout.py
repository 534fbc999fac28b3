"""Lay out a graph: a box for each node in layers, each below what it reads.

The layered method of Sugiyama, Tagawa and Toda (1981): give each node a layer below its
inputs, order each layer by the mean position of its neighbors, then place the boxes. Arrows
that pass a layer get an invisible box there to keep clear of the others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

LINE_HEIGHT, CHAR_WIDTH, PADDING = 17, 7.4, 10
GAP_X, GAP_Y = 18, 34


@dataclass
class Box:
    """A node, an input or an output of the graph, or a bend of an arrow (without lines)."""

    lines: list[str] = field(default_factory=list)
    kind: str = "plain"
    layer: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """Pixels."""
        longest = max((len(line) for line in self.lines), default=-2)
        return longest * CHAR_WIDTH + 2 * PADDING

    @property
    def height(self) -> float:
        """Pixels; also what a layer with only bends takes."""
        return len(self.lines) * LINE_HEIGHT + 2 * PADDING * bool(self.lines)


Edge = tuple[Box, Box]
Sweep = tuple[list[list[Box]], Callable[[Box], float]]


def lay_out(boxes: list[Box], edges: list[Edge]) -> tuple[list[Box], list[Edge]]:
    """Place boxes (each comes after those it reads); return all, with the bends of long edges."""
    _assign_layers(boxes, edges)
    boxes, edges = _add_bends(boxes, edges)
    _place(_ordered_layers(boxes, edges), edges)
    return boxes, edges


def _assign_layers(boxes: list[Box], edges: list[Edge]) -> None:
    """Put every box one layer below the lowest of those it reads (boxes come in order)."""
    for box in boxes:
        box.layer = max((a.layer + 1 for a, b in edges if b is box), default=0)


def _add_bends(boxes: list[Box], edges: list[Edge]) -> tuple[list[Box], list[Edge]]:
    """Cut edges that pass layers into pieces from one layer to the next."""
    boxes, pieces = list(boxes), []
    for start, end in edges:
        previous = start
        for layer in range(start.layer + 1, end.layer):
            bend = Box(layer=layer)
            boxes.append(bend)
            pieces.append((previous, bend))
            previous = bend
        pieces.append((previous, end))
    return boxes, pieces


def _ordered_layers(boxes: list[Box], edges: list[Edge]) -> list[list[Box]]:
    layers: list[list[Box]] = [[] for _ in range(max(box.layer for box in boxes) + 1)]
    for box in boxes:
        layers[box.layer].append(box)
    for order, mean_x in _sweeps(layers, edges, 4):
        for layer in order:
            for position, box in enumerate(layer):
                box.x = position
        for layer in order:
            layer.sort(key=mean_x)
            for position, box in enumerate(layer):
                box.x = position - len(layer) / 2
    return layers


def _place(layers: list[list[Box]], edges: list[Edge]) -> None:
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for order, mean_x in _sweeps(layers, edges, 8):
        for layer in order:
            _spread(layer, list(map(mean_x, layer)))
    left = min(box.x - box.width / 2 for layer in layers for box in layer)
    y = float(PADDING)
    for layer in layers:
        height = max(box.height for box in layer)
        for box in layer:
            box.x += PADDING - left
            box.y = y + height / 2
        y += height + GAP_Y


def _sweeps(layers: list[list[Box]], edges: list[Edge], times: int) -> Iterator[Sweep]:
    """Layers from top to bottom, then back up, with the mean position of a box's neighbors."""
    above: dict[int, list[Box]] = {}
    below: dict[int, list[Box]] = {}
    for start, end in edges:
        above.setdefault(id(end), []).append(start)
        below.setdefault(id(start), []).append(end)

    def mean_x(neighbors: dict[int, list[Box]], box: Box) -> float:
        found = neighbors.get(id(box), [box])
        return sum(other.x for other in found) / len(found)

    for _ in range(times):
        yield layers, partial(mean_x, above)
        yield layers[::-1], partial(mean_x, below)


def _spread(layer: list[Box], wanted: list[float]) -> None:
    """Place boxes as near as possible to where they want to be, without overlap.

    Neighbors that collide join to a group, which moves to the mean of what its members
    want: the pool-adjacent-violators method.
    """
    groups: list[tuple[list[Box], list[float], float]] = []
    for box, center in zip(layer, wanted, strict=True):
        members, starts, total = [box], [0.0], center - box.width / 2
        while groups and groups[-1][2] / len(groups[-1][0]) + _extent(groups[-1]) > total / len(
            members
        ):
            before = groups.pop()
            shift = _extent(before)
            total = before[2] + total - shift * len(members)
            members = before[0] + members
            starts = before[1] + [start + shift for start in starts]
        groups.append((members, starts, total))
    for members, starts, total in groups:
        for box, start in zip(members, starts, strict=True):
            box.x = total / len(members) + start + box.width / 2


def _extent(group: tuple[list[Box], list[float], float]) -> float:
    return group[1][-1] + group[0][-1].width + GAP_X
