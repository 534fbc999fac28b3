# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = [
#   "onnxruntime-training==1.19.2",
#   "torch==2.13.0",
#   "onnx==1.16.2",
#   "numpy==1.26.4",
#   "protobuf==4.25.8",
# ]
# ///
"""The last onnxruntime-training goes on training a dense network from its file, and no LSTM."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper
from onnxruntime.training import artifacts
from onnxruntime.training.api import CheckpointState, Module, Optimizer

WANTED = "LSTM and LSTMGrad only support the sigmoid function"

DIGITS = Path(__file__).parents[3] / "helpers" / "data" / "digits.onnx"
draw = np.random.default_rng(0)


def train(model, learned, rows, kinds, folder):
    """Train all arrays that are named, and return the first and the last loss."""
    names = {array.name for array in model.graph.initializer}
    artifacts.generate_artifacts(
        model,
        requires_grad=sorted(learned),
        frozen_params=sorted(names - learned),
        loss=artifacts.LossType.CrossEntropyLoss,
        optimizer=artifacts.OptimType.AdamW,
        artifact_directory=folder,
    )
    state = CheckpointState.load_checkpoint(os.path.join(folder, "checkpoint"))
    parts = [os.path.join(folder, f"{name}_model.onnx") for name in ("training", "eval")]
    module = Module(parts[0], state, parts[1])
    optimizer = Optimizer(os.path.join(folder, "optimizer_model.onnx"), module)
    optimizer.set_learning_rate(0.01)
    module.train()
    losses = []
    for _ in range(50):
        losses.append(float(np.asarray(module(rows, kinds))))
        optimizer.step()
        module.lazy_reset_grad()
    return losses[0], losses[-1]


def dense():
    """Make a file of two dense layers that gives two scores."""
    arrays = [
        numpy_helper.from_array(draw.normal(size=shape).astype(np.float32), name)
        for name, shape in (("w1", (4, 8)), ("b1", (8,)), ("w2", (8, 2)), ("b2", (2,)))
    ]
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["h"]),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Gemm", ["r", "w2", "b2"], ["scores"]),
    ]
    values = [helper.make_tensor_value_info(n, 1, ["N", s]) for n, s in (("x", 4), ("scores", 2))]
    graph = helper.make_graph(nodes, "dense", values[:1], values[1:], arrays)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def digits():
    """Read the book's LSTM, without the softmax, which the loss computes itself."""
    model = onnx.load(DIGITS)
    [softmax] = [node for node in model.graph.node if node.op_type == "Softmax"]
    model.graph.output[0].name = softmax.input[0]
    model.graph.node.remove(softmax)
    return model


ort.set_default_logger_severity(4)
rows = draw.normal(size=(200, 4)).astype(np.float32)
with tempfile.TemporaryDirectory() as folder:
    first, last = train(
        dense(), {"w1", "b1", "w2", "b2"}, rows, (rows[:, 0] > 0).astype(np.int64), folder
    )
print(f"dense: the loss falls to less than half: {last < first / 2}")
model = digits()
learned = {array.name for array in model.graph.initializer if np.prod(array.dims) > 100}
images = np.zeros((1, 28, 28), np.float32)
try:
    with tempfile.TemporaryDirectory() as folder:
        train(model, learned, images, np.zeros(1, np.int64), folder)
except Exception as error:
    found = [line for line in str(error).split(". ") if WANTED in line]
    print(WANTED if found else error)
    sys.exit(0 if found and last < first / 2 else 1)
print("not reproduced")
sys.exit(1)
