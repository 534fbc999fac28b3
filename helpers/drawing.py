"""Draw a model's graph as SVG, without any system package.

The layout follows the layered method of Sugiyama, Tagawa and Toda (1981): give each node
a layer below its inputs, order each layer by the mean position of its neighbors, then
place the boxes. Arrows that pass a layer get an invisible box there to keep clear of the
others.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from helpers.interface import Value, describe, operator_name, shape_text
from helpers.model import ModelLike, read_model

MAX_NODES = 200
LINE_HEIGHT, CHAR_WIDTH, PADDING = 17, 7.4, 10
GAP_X, GAP_Y = 18, 34
MAX_TEXT = 40
MAX_VALUES = 6
FILLS = {"value": "#fdebd0", "weights": "#d6e6f4", "plain": "#f1f1f1"}
STYLE = (
    "text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1a1a1a}"
    ".title{font-weight:bold}"
    "rect{stroke:#555}path{fill:none;stroke:#555;stroke-width:1.3}"
)


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


class GraphDrawing:
    """An SVG picture of a graph: shown by notebooks, or saved to a file.

    Attributes
    ----------
    svg : str
        The whole picture.
    """

    def __init__(self, svg: str, description: str):
        self.svg = svg
        self.description = description

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<GraphDrawing: {self.description}>"

    def save(self, path) -> None:
        """Write the picture to an ``.svg`` file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)


def draw_graph(model: ModelLike) -> GraphDrawing:
    """Draw the operators of a model, from the inputs (top) to the outputs (bottom).

    A box shows the operator, its attributes, the shapes of its weights and the values of
    its small constants. Operators with weights are blue, inputs and outputs orange. The
    graphs inside of ``If``, ``Loop`` and ``Scan`` are named with their number of operators,
    not drawn.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        Path of an ``.onnx`` file, its content, or the model itself.

    Returns
    -------
    GraphDrawing

    Raises
    ------
    ValueError
        When the graph has more than 200 operators: no page is large enough to read them.
    FileNotFoundError, InvalidModelError, TypeError
        As `read_model`.

    Examples
    --------
    >>> import onnx
    >>> model = onnx.parser.parse_model('''
    ... <ir_version: 10, opset_import: ["" : 18]>
    ... double_it (float[N, 3] x) => (float[N, 3] y) { y = Add(x, x) }''')
    >>> draw_graph(model)
    <GraphDrawing: double_it, 1 operator>
    """
    proto = read_model(model)
    count = len(proto.graph.node)
    if count > MAX_NODES:
        raise ValueError(
            f"the graph has {count:,} operators, and a picture of more than {MAX_NODES} cannot be "
            "read. Cut a part off with onnx.utils.extract_model, or open the file in Netron."
        )
    boxes, edges = _boxes_and_edges(proto)
    _assign_layers(boxes, edges)
    boxes, edges = _add_bends(boxes, edges)
    layers = _ordered_layers(boxes, edges)
    _place(layers, edges)
    description = f"{proto.graph.name}, {count} operator{'s' * (count != 1)}"
    return GraphDrawing(_svg(boxes, edges, description), description)


Edge = tuple[Box, Box]


def _boxes_and_edges(proto: onnx.ModelProto) -> tuple[list[Box], list[Edge]]:
    graph, interface = proto.graph, describe(proto)
    initializers = {tensor.name: tensor for tensor in graph.initializer}
    source: dict[str, Box] = {}
    boxes, edges = [], []
    for value in interface.inputs:
        source[value.name] = _value_box(value)
        boxes.append(source[value.name])
    for node in graph.node:
        stored = [initializers[name] for name in node.input if name in initializers]
        kind = "weights" if any(_is_weight(tensor) for tensor in stored) else "plain"
        box = Box(_node_lines(node, stored), kind)
        boxes.append(box)
        edges += [(source[name], box) for name in dict.fromkeys(_reads(node)) if name in source]
        source |= {name: box for name in node.output if name}
    for value in interface.outputs:
        box = _value_box(value)
        boxes.append(box)
        if value.name in source:
            edges.append((source[value.name], box))
    return boxes, edges


def _reads(node: onnx.NodeProto) -> Iterator[str]:
    """Names that a node reads, also from inside of the graphs it holds."""
    yield from node.input
    for attribute in node.attribute:
        for graph in (attribute.g, *attribute.graphs):
            for inner in graph.node:
                yield from _reads(inner)


def _value_box(value: Value) -> Box:
    return Box([_cut(value.name), _cut(f"{value.type} {shape_text(value.shape)}")], "value")


def _is_weight(tensor: TensorProto) -> bool:
    """Floating-point arrays are learned; numbers and integer arrays steer the operator."""
    name = helper.tensor_dtype_to_np_dtype(tensor.data_type).name
    return "float" in name and len(tensor.dims) > 0


def _node_lines(node: onnx.NodeProto, stored: list[TensorProto]) -> list[str]:
    lines = [operator_name(node)]
    lines += [_cut(f"{item.name} = {_attribute_text(item)}") for item in node.attribute]
    weights = [tensor for tensor in stored if _is_weight(tensor)]
    constants = [tensor for tensor in stored if not _is_weight(tensor)]
    lines += [f"weights {shape_text(tuple(tensor.dims))}" for tensor in weights]
    if constants:
        lines.append(_cut(f"constants {' '.join(map(_constant_text, constants))}"))
    return lines


def _constant_text(tensor: TensorProto) -> str:
    """Values of a small constant, shape of a large one or of one in another file."""
    external = tensor.data_location == TensorProto.EXTERNAL
    if external or math.prod(tensor.dims) > MAX_VALUES:
        return shape_text(tuple(tensor.dims))
    return str(numpy_helper.to_array(tensor).tolist())


def _attribute_text(attribute: AttributeProto) -> str:
    if attribute.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS):
        inner = sum(len(graph.node) for graph in (attribute.g, *attribute.graphs))
        return f"graph of {inner} operators"
    if attribute.type == AttributeProto.TENSOR:
        return f"tensor {shape_text(tuple(attribute.t.dims))}"
    if attribute.name == "to" and attribute.type == AttributeProto.INT:
        return helper.tensor_dtype_to_np_dtype(attribute.i).name
    value = helper.get_attribute_value(attribute)
    if isinstance(value, (bytes, float, int)):
        return _scalar_text(value)
    return (
        f"[{', '.join(map(_scalar_text, value))}]"
        if len(value) <= MAX_VALUES
        else (f"[{len(value)} values]")
    )


def _scalar_text(value: bytes | float | int) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


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
    above, below = _neighbors(edges)
    for _ in range(4):
        for neighbors, order in ((above, layers), (below, layers[::-1])):
            for layer in order:
                for position, box in enumerate(layer):
                    box.x = position
            for layer in order:
                layer.sort(key=lambda box: _mean_x(neighbors.get(id(box), [box])))
                for position, box in enumerate(layer):
                    box.x = position - len(layer) / 2
    return layers


def _place(layers: list[list[Box]], edges: list[Edge]) -> None:
    above, below = _neighbors(edges)
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for _ in range(8):
        for neighbors, order in ((above, layers), (below, layers[::-1])):
            for layer in order:
                _spread(layer, [_mean_x(neighbors.get(id(box), [box])) for box in layer])
    y = float(PADDING)
    for layer in layers:
        height = max(box.height for box in layer)
        for box in layer:
            box.y = y + height / 2
        y += height + GAP_Y
    left = min(box.x - box.width / 2 for layer in layers for box in layer)
    for layer in layers:
        for box in layer:
            box.x += PADDING - left


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


def _neighbors(edges: list[Edge]) -> tuple[dict[int, list[Box]], dict[int, list[Box]]]:
    above: dict[int, list[Box]] = {}
    below: dict[int, list[Box]] = {}
    for start, end in edges:
        above.setdefault(id(end), []).append(start)
        below.setdefault(id(start), []).append(end)
    return above, below


def _mean_x(boxes: list[Box]) -> float:
    return sum(box.x for box in boxes) / len(boxes)


def _svg(boxes: list[Box], edges: list[Edge], description: str) -> str:
    width = max(box.x + box.width / 2 for box in boxes) + PADDING
    height = max(box.y + box.height / 2 for box in boxes) + PADDING
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
        f"<title>Graph {escape(description)}</title><style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#555"/>'
        "</marker></defs>",
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="6" style="fill:#fff;stroke:none"/>',
    ]
    parts += [_path_svg(start, end) for start, end in edges]
    parts += [_box_svg(box) for box in boxes if box.lines]
    return "\n".join([*parts, "</svg>"])


def _path_svg(start: Box, end: Box) -> str:
    y1, y2 = start.y + start.height / 2, end.y - end.height / 2
    middle = (y1 + y2) / 2
    tip = ' marker-end="url(#tip)"' if end.lines else ""
    return (
        f'<path d="M{start.x:.1f} {y1:.1f}C{start.x:.1f} {middle:.1f} '
        f'{end.x:.1f} {middle:.1f} {end.x:.1f} {y2:.1f}"{tip}/>'
    )


def _box_svg(box: Box) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    radius = 14 if box.kind == "value" else 4
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'rx="{radius}" style="fill:{FILLS[box.kind]}"/>'
    ]
    for number, line in enumerate(box.lines):
        y = top + PADDING + LINE_HEIGHT * (number + 0.75)
        title = ' class="title"' if number == 0 else ""
        parts.append(f'<text x="{left + PADDING:.1f}" y="{y:.1f}"{title}>{escape(line)}</text>')
    return "".join(parts)
