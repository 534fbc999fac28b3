"""Answers to the exercises on scikit-learn models, right and wrong."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tools.exercises import Checks, model, not_right, run_model


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


def holes(side):
    """Make a classifier that takes a missing value for this number."""
    made = classifier(nodes="m = IsNaN(f)  u = Where(m, side, f)")
    made.graph.initializer.append(
        numpy_helper.from_array(np.float32([side]), "side")
    )
    return made


LOGARITHM = "m = Add(f, one)  u = Log(m)"
FLOWERS = np.random.default_rng(1).random((5, 4), np.float32)
HOLED = np.where(np.eye(5, 4, dtype=bool), np.float32(np.nan), FLOWERS)


class TestChecks(Checks):
    chapter = "03-sklearn-to-onnx"
    right = {
        1: ("X", "tensor(double)", "variable", 1),
        2: classifier(),
        3: ["no", "yes", "unknown", "yes", "no"],
        4: classifier(nodes=LOGARITHM),
        5: holes(0.5),
    }
    given = {
        2: {
            "rows": FLOWERS,
            "expected": run_model(classifier(), FLOWERS)[1],
        },
        3: {
            "expected": np.array(
                ["no", "yes", "no", "yes", "no"], dtype=object
            )
        },
        4: {
            "rows": FLOWERS,
            "expected": run_model(classifier(nodes=LOGARITHM), FLOWERS)[1],
        },
        5: {"rows": HOLED, "expected": run_model(holes(0.5), HOLED)[1]},
    }
    secrets = {
        1: ["X", "double", "variable", "1"],
        2: ["flatten_transform", "False"],
        3: ["Plan", "notna", "NaN"],
        4: ["OnnxAdd", "log1p"],
        5: ["missing_go_to_left", "tracks_true"],
    }
    wrong = [
        (
            1,
            ("features", "tensor(float)", "label", 38),
            ["input name", "input type", "output name", "output columns"],
        ),
        (1, ("X", "float64", "variable", 1), ["input type"]),
        (1, ("X", "tensor(double)", "variable"), ["form"]),
        (2, zipped(), ["outputs"]),
        (2, classifier("double"), ["types", "labels"]),
        (2, classifier(weight=0.5), ["answers"]),
        (2, classifier(weight=-1), ["labels", "answers"]),
        (2, classifier(batch="1"), ["dynamic batch", "labels"]),
        (3, ["no", "yes", "no", "yes", "no"], ["row with a hole"]),
        (3, ["no", "yes", "yes", "no"], ["one answer a row"]),
        (3, ["unknown"] * 5, ["other rows"]),
        (3, "unknown", ["one answer a row"]),
        (4, classifier(), ["operators", "answers"]),
        (4, classifier(nodes="m = Add(f, zero) u = Log(m)"), ["answers"]),
        (4, zipped(), ["outputs"]),
        (5, holes(0.0), ["rows with a hole"]),
        (5, holes(9.0), ["rows with a hole"]),
        (
            5,
            classifier(weight=2),
            ["rows without a hole", "rows with a hole"],
        ),
    ]

    def test_an_array_in_a_tuple_is_no_right_item(self):
        result = self.check(
            1, ("X", "tensor(double)", "variable", np.array([1, 2]))
        )
        assert not_right(result) == ["output columns"]
