"""Draw a model's graph as SVG, without any system package."""

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from html import escape

import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from helpers.feed import Value, shape_text
from helpers.interface import describe, element_name, operator_name
from helpers.layout import LINE_HEIGHT, PADDING, Box, Edge, lay_out
from helpers.model import ModelLike, read_model
from helpers.tables import shown

MAX_NODES = 200
MAX_TEXT = 40
MAX_VALUES = 6
SHOWN_KINDS = ("FLOAT", "INT", "STRING", "FLOATS", "INTS", "STRINGS")
FILLS = {"value": "#fdebd0", "weights": "#d6e6f4", "plain": "#f1f1f1"}
STYLE = (
    "text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1a1a1a}"
    ".title{font-weight:bold}"
    "rect{stroke:#555}path{fill:none;stroke:#555;stroke-width:1.3}"
)


class GraphDrawing:
    """An SVG picture of a graph, which notebooks show; ``svg`` is what a file of it holds."""

    def __init__(self, svg: str, description: str):
        self.svg = svg
        self.description = description

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<GraphDrawing: {self.description}>"


def draw_graph(model: ModelLike) -> GraphDrawing:
    """Draw the operators of a model, from the inputs (top) to the outputs (bottom).

    A box shows the operator, its attributes, the shapes of its weights and the values of
    its small constants. Operators with weights are blue, inputs and outputs orange. The
    graphs inside of ``If``, ``Loop`` and ``Scan`` are named with their number of operators,
    not drawn.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        As `read_model` takes it; it also says which errors there are.

    Raises
    ------
    ValueError
        When the graph has more than 200 operators: no page is large enough to read them.

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
    boxes, edges = lay_out(*_boxes_and_edges(proto))
    description = f"{shown(proto.graph.name)}, {count} operator{'s' * (count != 1)}"
    return GraphDrawing(_svg(boxes, edges, description), description)


def _boxes_and_edges(proto: onnx.ModelProto) -> tuple[list[Box], list[Edge]]:
    graph, interface = proto.graph, describe(proto)
    initializers = {tensor.name: tensor for tensor in graph.initializer}
    source = {value.name: _value_box(value) for value in interface.inputs}
    boxes, edges = list(source.values()), []
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
    # tf2onnx makes up names for sizes that have none, others in each run.
    shape = re.sub(r"\bunk__\d+", "?", shape_text(value.shape))
    return Box([_cut(value.name), _cut(f"{value.type} {shape}")], "value")


def _is_weight(tensor: TensorProto) -> bool:
    """Floating-point arrays are learned; numbers and integer arrays steer the operator."""
    return "float" in element_name(tensor.data_type) and len(tensor.dims) > 0


def _node_lines(node: onnx.NodeProto, stored: list[TensorProto]) -> list[str]:
    lines = [_cut(operator_name(node))]
    lines += [_cut(f"{item.name} = {_attribute_text(item)}") for item in node.attribute]
    weights = [tensor for tensor in stored if _is_weight(tensor)]
    constants = [tensor for tensor in stored if not _is_weight(tensor)]
    lines += [f"weights {shape_text(tuple(tensor.dims))}" for tensor in weights]
    if constants:
        lines.append(_cut(f"constants {' '.join(map(_constant_text, constants))}"))
    return lines


def _constant_text(tensor: TensorProto) -> str:
    """Values of a small constant; shape of one that is large, damaged or in another file."""
    external = tensor.data_location == TensorProto.EXTERNAL
    if not external and math.prod(tensor.dims) <= MAX_VALUES:
        with suppress(Exception):  # for what is damaged, the errors are of many types
            return str(numpy_helper.to_array(tensor).tolist())
    return shape_text(tuple(tensor.dims))


def _attribute_text(attribute: AttributeProto) -> str:
    kind = AttributeProto.AttributeType.Name(attribute.type)
    if kind in ("GRAPH", "GRAPHS"):
        inner = sum(len(graph.node) for graph in (attribute.g, *attribute.graphs))
        return f"graph of {inner} operators"
    if kind == "TENSOR":
        return f"tensor {shape_text(tuple(attribute.t.dims))}"
    if attribute.name == "to" and kind == "INT":
        return element_name(attribute.i)
    if kind not in SHOWN_KINDS:  # no text is short enough
        return "…"
    value = helper.get_attribute_value(attribute)
    if not kind.endswith("S"):
        return _scalar_text(value)
    if len(value) > MAX_VALUES:
        return f"[{len(value)} values]"
    return f"[{', '.join(map(_scalar_text, value))}]"


def _scalar_text(value: bytes | float | int) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cut(text: str) -> str:
    text = shown(text[: MAX_TEXT + 1])
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


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
    return "\n".join([*parts, *(_box_svg(box) for box in boxes if box.lines), "</svg>"])


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
