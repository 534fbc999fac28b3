"""Describe a model's interface, and check a feed against it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import helper

from helpers.feed import RUNTIME_NAMES, Value, check_feed, shape_text
from helpers.model import ModelLike, read_model
from helpers.tables import html_table, shown


@dataclass(frozen=True)
class Interface:
    """What a caller must know about a model; prints as text, shows as a table.

    Attributes
    ----------
    inputs, outputs : tuple of Value
        In the order of the file. Weights stored in the file are no inputs.
    opsets : dict of str to int
        Opset version for each operator domain (``ai.onnx`` is the default domain).
    ir_version : int
        Version of the file format.
    producer : str
        Name and version of the program that wrote the file.
    operators : dict of str to int
        How often each operator occurs, most frequent first, those inside of
        ``If``, ``Loop`` and ``Scan`` included.
    """

    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    opsets: dict[str, int]
    ir_version: int
    producer: str
    operators: dict[str, int] = field(default_factory=dict)

    def check_feed(self, feed: Mapping[str, np.ndarray]) -> None:
        """Check names, types and shapes of the arrays for ``session.run(None, feed)``.

        Parameters
        ----------
        feed : mapping of str to array
            One array for each input, by name.

        Raises
        ------
        MissingInputError, UnknownInputError, DtypeMismatchError, ShapeMismatchError
            When names, element types or shapes differ from those of the model.
        TypeError
            When ``feed`` is not a mapping, or a value is not an array.
        """
        check_feed(self.inputs, feed)

    def _rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (kind, shown(value.name), value.type, shown(shape_text(value.shape)))
            for kind, values in (("input", self.inputs), ("output", self.outputs))
            for value in values
        ]

    def _facts(self) -> list[tuple[str, str]]:
        opsets = ", ".join(f"{domain} {version}" for domain, version in self.opsets.items())
        operators = ", ".join(
            name if count == 1 else f"{name} ×{count}"  # noqa: RUF001
            for name, count in self.operators.items()
        )
        return [
            ("opset", shown(opsets)),
            ("IR version", str(self.ir_version)),
            ("producer", shown(self.producer) or "not named"),
            ("operators", shown(operators) or "none"),
        ]

    def __str__(self) -> str:
        rows = [("", "name", "type", "shape"), *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        lines += [f"{name}: {text}" for name, text in self._facts()]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(("", "name", "type", "shape"), [*self._rows(), *self._facts()])


def describe(model: ModelLike) -> Interface:
    """Read a model's interface: inputs, outputs, types, shapes, opsets, operators.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        As `read_model` takes it; it also says which errors there are.

    Examples
    --------
    >>> import onnx
    >>> model = onnx.parser.parse_model('''
    ... <ir_version: 10, opset_import: ["" : 18]>
    ... double_it (float[N, 3] x) => (float[N, 3] y) { y = Add(x, x) }''')
    >>> describe(model)
            name  type           shape
    input   x     tensor(float)  (N, 3)
    output  y     tensor(float)  (N, 3)
    opset: ai.onnx 18
    IR version: 10
    producer: not named
    operators: Add
    """
    proto = read_model(model)
    weights = {tensor.name for tensor in proto.graph.initializer}
    weights |= {tensor.values.name for tensor in proto.graph.sparse_initializer}
    counts = Counter(operator_name(node) for node in _all_nodes(proto.graph.node))
    return Interface(
        inputs=tuple(_value(info) for info in proto.graph.input if info.name not in weights),
        outputs=tuple(_value(info) for info in proto.graph.output),
        opsets={entry.domain or "ai.onnx": entry.version for entry in proto.opset_import},
        ir_version=proto.ir_version,
        producer=f"{proto.producer_name} {proto.producer_version}".strip(),
        operators=dict(counts.most_common()),
    )


def _all_nodes(nodes: Iterable[onnx.NodeProto]) -> Iterable[onnx.NodeProto]:
    for node in nodes:
        yield node
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                yield from _all_nodes(graph.node)


def operator_name(node: onnx.NodeProto) -> str:
    """Operator of a node, with its domain unless that is the default one."""
    if node.domain in ("", "ai.onnx"):
        return node.op_type
    return f"{node.domain}.{node.op_type}"


def _value(info: onnx.ValueInfoProto) -> Value:
    shape = None
    if info.type.HasField("tensor_type") and info.type.tensor_type.HasField("shape"):
        shape = tuple(
            dim.dim_value if dim.HasField("dim_value") else dim.dim_param or "?"
            for dim in info.type.tensor_type.shape.dim
        )
    return Value(info.name, _type_text(info.type), shape)


def _type_text(proto: onnx.TypeProto) -> str:
    kind = proto.WhichOneof("value")
    if kind in ("tensor_type", "sparse_tensor_type"):
        element = _runtime_name(getattr(proto, kind).elem_type)
        return f"{'sparse_' * (kind == 'sparse_tensor_type')}tensor({element})"
    if kind == "sequence_type":
        return f"seq({_type_text(proto.sequence_type.elem_type)})"
    if kind == "optional_type":
        return f"optional({_type_text(proto.optional_type.elem_type)})"
    if kind == "map_type":
        key = _runtime_name(proto.map_type.key_type)
        return f"map({key},{_type_text(proto.map_type.value_type)})"
    return "unknown"


def element_name(element: int) -> str:
    """Name of an element type as NumPy has it; ``type 99`` for a number that nobody knows."""
    try:
        return helper.tensor_dtype_to_np_dtype(element).name
    except KeyError:
        return "undefined" if element == onnx.TensorProto.UNDEFINED else f"type {element}"


def _runtime_name(element: int) -> str:
    name = element_name(element)
    return RUNTIME_NAMES.get(name, name)
