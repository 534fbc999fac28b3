"""Answers to the exercises on what has no converter, right and wrong."""

import numpy as np
from onnx import TensorProto, helper
from tools.exercises import Checks, model, run_model


def classifier(
    kind="float", batch="N", nodes="u = Identity(f)", weight=1.0
):
    """Make a model with the outputs of a classifier."""
    text = f"""({kind}[{batch}, 4] X) => (int64[{batch}] label, float[{batch}, 3] probabilities) {{
        f = Cast<to = 1>(X)  {nodes}  s = MatMul(u, w)  probabilities = Softmax(s)
        label = ArgMax<axis = 1, keepdims = 0>(probabilities) }}"""
    weights = (
        np.float32(weight)
        * np.arange(12, dtype=np.float32).reshape(4, 3) ** 2
        / 100
    )
    return model(text, w=weights, one=np.float32([1]), zero=np.float32([0]))


def zipped():
    made = classifier()
    made.opset_import.add(domain="ai.onnx.ml", version=3)
    node = helper.make_node(
        "ZipMap",
        ["probabilities"],
        ["dicts"],
        domain="ai.onnx.ml",
        classlabels_int64s=[0, 1, 2],
    )
    made.graph.node.append(node)
    key_to_value = helper.make_map_type_proto(
        TensorProto.INT64,
        helper.make_tensor_type_proto(TensorProto.FLOAT, []),
    )
    dicts = helper.make_sequence_type_proto(key_to_value)
    made.graph.output[1].CopyFrom(helper.make_value_info("dicts", dicts))
    return made


LOGARITHM = "m = Add(f, one)  u = Log(m)"
FLOWERS = np.random.default_rng(1).random((5, 4), np.float32)


class TestChecks(Checks):
    chapter = "no-converter"
    right = {
        1: ("error", "dictionaries", "array", "error"),
        2: classifier(nodes=LOGARITHM),
    }
    given = {
        2: {
            "rows": FLOWERS,
            "expected": run_model(classifier(nodes=LOGARITHM), FLOWERS)[1],
        },
    }
    secrets = {
        1: ["dictionaries", "array", "ignored"],
        2: ["OnnxAdd", "log1p"],
    }
    wrong = [
        (
            1,
            ("array", "error", "error", "dictionaries"),
            ["a", "b", "c", "d"],
        ),
        (1, ("error", "array", "array", "error"), ["b"]),
        (1, ("error", "dictionaries", "array"), ["form"]),
        (2, classifier(), ["operators", "answers"]),
        (2, classifier(nodes="m = Add(f, zero) u = Log(m)"), ["answers"]),
        (2, zipped(), ["outputs"]),
        (2, classifier("double", nodes=LOGARITHM), ["types", "answers"]),
        (
            2,
            classifier(batch="1", nodes=LOGARITHM),
            ["dynamic batch", "answers"],
        ),
    ]
