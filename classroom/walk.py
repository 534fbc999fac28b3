"""What a model computes on the way to its answers: layers, steps of a pipeline, tensors."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import onnx
import onnxruntime as ort

from classroom.frames import feed_from_frame
from helpers.interface import describe
from helpers.model import ModelLike, read_model

OFF = ort.GraphOptimizationLevel.ORT_DISABLE_ALL


class Value(NamedTuple):
    """A layer's or tensor's value, for a tensor its operator, and the place of an answer."""

    name: str
    array: np.ndarray
    operator: str = ""
    place: int = -1


def walk(model: Any, rows: Any) -> list[Value]:
    """Values of a Keras model, a scikit-learn estimator or a file, in order."""
    keras = sys.modules.get("keras")  # imported already if the model is one of Keras
    if isinstance(model, (str, Path, bytes, onnx.ModelProto)):
        proto = whole(model)
        return tensors(proto, make_feed(proto, rows))
    if keras and isinstance(model, keras.Model):
        return list(_layers(keras, model, rows))
    model = getattr(model, "best_estimator_", model)
    if hasattr(model, "transform") or hasattr(model, "predict"):
        return list(_steps(type(model).__name__, model, rows))
    raise TypeError(
        "expected a Keras model, a fitted scikit-learn estimator or an ONNX model, got "
        f"{type(model).__name__}"
    )


def whole(model: ModelLike) -> onnx.ModelProto:
    """A copy of the model, with the weights that are in files of their own."""
    proto = onnx.ModelProto()
    proto.CopyFrom(read_model(model))
    if isinstance(model, (str, Path)):
        onnx.load_external_data_for_model(proto, str(Path(model).parent))
    return proto


def make_feed(proto: onnx.ModelProto, rows: Any) -> dict[str, np.ndarray]:
    """The feed for rows as a Keras or scikit-learn model takes them."""
    interface = describe(proto)
    if hasattr(rows, "iloc") and len(interface.inputs) > 1:
        return feed_from_frame(proto, rows)
    if not isinstance(rows, Mapping) and len(interface.inputs) == 1:
        array = np.asarray(rows)
        if array.ndim == 1 and array.dtype.kind in "OU":  # texts
            array = array[:, np.newaxis]
        rows = {interface.inputs[0].name: array}
    interface.check_feed(rows)
    return dict(rows)


def run(
    proto: onnx.ModelProto, feed: dict[str, np.ndarray], names: list[str], level: Any = None
) -> list[Any]:
    """Values of these names, which become outputs of a copy."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    there = {value.name for value in proto.graph.output}
    copy.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in there)
    options = ort.SessionOptions()
    options.log_severity_level = 4  # errors are raised
    if level is not None:
        options.graph_optimization_level = level
    content = copy.SerializeToString()
    session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return session.run(names, feed)


def tensors(proto: onnx.ModelProto, feed: dict[str, np.ndarray]) -> list[Value]:
    """The arrays of the main graph, in the order of its nodes, with optimizations off."""
    nodes = proto.graph.node
    arrays = {node.output[0]: node.input[0] for node in nodes if node.op_type == "ZipMap"}
    outputs = [arrays.get(value.name, value.name) for value in proto.graph.output]
    made = [(name, node.op_type) for node in nodes for name in node.output if name]
    both = zip(made, run(proto, feed, [name for name, _ in made], OFF), strict=True)
    return [
        Value(name, array, kind, outputs.index(name) if name in outputs else -1)
        for (name, kind), array in both
        if isinstance(array, np.ndarray)
    ]


def _layers(keras: Any, model: Any, rows: Any) -> Iterator[Value]:
    """Outputs of the layers as they are called, in inference mode, without layers in layers."""
    found: list[tuple[str, Any]] = []
    around: list[Any] = []
    call = keras.layers.Layer.__call__

    def spy(layer: Any, *args: Any, **kwargs: Any) -> Any:
        outermost = all(isinstance(outer, keras.Model) for outer in around)
        around.append(layer)
        try:
            output = call(layer, *args, **kwargs)
        finally:
            around.pop()
        if outermost and not isinstance(layer, keras.Model):
            found.extend((layer.name, value) for value in keras.tree.flatten(output))
        return output

    with mock.patch.object(keras.layers.Layer, "__call__", spy):
        answers = keras.tree.flatten(model(rows, training=False))
    for name, value in found:
        yield Value(name, keras.ops.convert_to_numpy(value))
    for place, value in enumerate(answers):
        yield Value("answer", keras.ops.convert_to_numpy(value), place=place)


def _steps(name: str, model: Any, rows: Any, last: bool = True) -> Iterator[Value]:
    """Outputs of the steps, and of the steps in steps; of the last one its answers."""
    steps = [step for step in getattr(model, "steps", ()) if step[1] not in (None, "passthrough")]
    for inner, step in steps[:-1]:
        yield from _steps(inner, step, rows, False)
        rows = step.transform(rows)
    if steps:
        yield from _steps(steps[-1][0], steps[-1][1], rows, last)
        return
    scores = ["predict_proba", "decision_function"]
    scores += ["transform"] if hasattr(model, "cluster_centers_") else []
    methods = ["predict", *[method for method in scores if hasattr(model, method)][:1]]
    answers = last and hasattr(model, "predict")
    for place, method in enumerate(methods if answers else ["transform"]):
        answer = getattr(model, method)(rows)
        array = np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer)
        yield Value(f"{name}.{method}" if answers else name, array, place=place if last else -1)
