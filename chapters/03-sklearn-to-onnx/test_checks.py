"""Answers to the exercises on scikit-learn models, right and wrong."""

import numpy as np
from onnx import TensorProto, helper
from tools.exercises import Checks, model, not_right, run_model


def classifier(
    kind="float", batch="N", weight=1.0, given="X", made="label"
):
    """Make a model with the outputs of a classifier."""
    text = f"""({kind}[{batch}, 4] {given}) => (int64[{batch}] {made}, float[{batch}, 3] probabilities) {{
        f = Cast<to = 1>({given})  s = MatMul(f, w)  probabilities = Softmax(s)
        {made} = ArgMax<axis = 1, keepdims = 0>(probabilities) }}"""
    weights = (
        np.float32(weight)
        * np.arange(12, dtype=np.float32).reshape(4, 3) ** 2
        / 100
    )
    return model(text, w=weights)


def named(**how):
    """Make the model with the names of the second exercise."""
    return classifier(given="measurements", made="kind", **how)


def zipped(make):
    made = make()
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


FLOWERS = np.random.default_rng(1).random((5, 4), np.float32)


class TestChecks(Checks):
    chapter = "03-sklearn-to-onnx"
    right = {
        1: ("X", "tensor(double)", "variable", 1),
        2: named(),
        3: classifier(),
    }
    given = {
        number: {
            "rows": FLOWERS,
            "expected": run_model(classifier(), FLOWERS)[1],
        }
        for number in (2, 3)
    }
    secrets = {
        1: ["X", "double", "variable", "1"],
        2: ["final_types", "FloatTensorType"],
        3: ["astype", "np.float32"],
    }
    wrong = [
        (
            1,
            ("features", "tensor(float)", "label", 38),
            ["input name", "input type", "output name", "output columns"],
        ),
        (1, ("X", "float64", "variable", 1), ["input type"]),
        (1, ("X", "tensor(double)", "variable"), ["form"]),
        (2, classifier(), ["names"]),
        (2, zipped(named), ["names", "outputs"]),
        (2, named(kind="double"), ["types", "answers"]),
        (2, named(weight=0.5), ["answers"]),
        (2, named(batch="1"), ["dynamic batch", "answers"]),
        (3, zipped(classifier), ["outputs"]),
        (3, classifier("double"), ["types", "answers"]),
        (3, classifier(weight=-1), ["answers"]),
    ]

    def test_an_array_in_a_tuple_is_no_right_item(self):
        result = self.check(
            1, ("X", "tensor(double)", "variable", np.array([1, 2]))
        )
        assert not_right(result) == ["output columns"]
