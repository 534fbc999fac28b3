# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "torch==2.13.0",
#   "keras==3.15.1",
#   "numpy==2.4.6",
#   "onnx==1.23.2",
#   "onnxruntime==1.32.0",
#   "onnxscript==0.7.2",
# ]
# ///
"""What Keras exports with PyTorch as its backend: what passes, and what the lesson warns of."""

import contextlib
import io
import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import onnx
import onnxruntime as ort
import torch

WANTED = "Unsupported prim::Constant kind: 'ival'"

warnings.simplefilter("ignore")
layers, folder = keras.layers, Path(tempfile.mkdtemp())
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)


def build(layer, rows, open_size=False):
    """Make a model of one layer, with sizes open behind the batch or not."""
    shape = (None,) * open_size + rows.shape[1 + open_size :]
    entry = keras.Input(shape, name="x")
    return keras.Model(entry, {"y": layer(entry)})


def error_of(layer, rows, open_size=False, steps=None):
    """Export, and return the largest error of the file, and the model.

    With ``steps``, the file's answer is compared with that for the first steps alone.
    """
    model, path = build(layer, rows, open_size), str(folder / "model.onnx")
    expected = keras.ops.convert_to_numpy(model(rows[:, :steps])["y"])
    with contextlib.redirect_stdout(io.StringIO()):
        model.export(path, format="onnx", verbose=False)
    proto = onnx.load(path)
    onnx.checker.check_model(proto, full_check=True)
    [answer] = ort.InferenceSession(path).run(None, {"x": rows})
    return np.abs(answer - expected).max(), proto


image = rng.random((3, 8, 8, 6), "float32")
series = rng.normal(size=(3, 5, 4)).astype("float32")
error, proto = error_of(layers.Dense(3, activation="gelu"), series)
[opset] = [each.version for each in proto.opset_import if not each.domain]
[name] = [value.name for value in proto.graph.output]
assert error < 1e-5
assert opset == 20
assert name.isdigit(), name
assert error_of(layers.Conv2D(6, 3, groups=3), image)[0] < 1e-5
assert error_of(layers.LSTM(6), series)[0] < 1e-5
assert error_of(layers.LSTM(6), series, open_size=True)[0] > 0.1
assert error_of(layers.LSTM(6), series, open_size=True, steps=1)[0] < 1e-5

[value] = proto.graph.input  # of the last export that was kept
assert (value.name, value.type.tensor_type.shape.dim[0].dim_param) == ("x", "batch")


class Apart(keras.Model):
    """A subclassed model, which has no names for its inputs."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)

    def call(self, pair):
        """Compare both, or take the one."""
        if not isinstance(pair, dict):
            return self.dense(pair)
        return self.dense(pair["first"]) - self.dense(pair["second"])


def names_of(rows, signature=None):
    """Export a subclassed model, compare, and return the names of its inputs."""
    model, path = Apart(), str(folder / "apart.onnx")
    expected = keras.ops.convert_to_numpy(model(rows))
    model.export(path, format="onnx", verbose=False, input_signature=signature)
    session = ort.InferenceSession(path)
    names = [value.name for value in session.get_inputs()]
    feed = dict(zip(names, keras.tree.flatten(rows), strict=True))
    assert np.abs(session.run(None, feed)[0] - expected).max() < 1e-5
    return names


def spec(name):
    """Say what an input is, without TensorFlow."""
    return keras.InputSpec(shape=(None, 5, 4), dtype="float32", name=name)


pair = {"first": series, "second": series[::-1].copy()}
assert names_of(series) == ["input_0"]
assert names_of(series, [spec("mine")]) == ["mine"]
assert names_of(pair) == ["input_0", "input_1"]
assert names_of(pair, [{name: spec(name) for name in pair}]) == ["first", "second"]

model = build(layers.Dense(3), series)
model(series)
program = str(folder / "model.pt2")
model.export(program, format="torch", verbose=False)
loaded = torch.export.load(program).module()
loaded(torch.tensor(series[:1]))
try:
    loaded(torch.tensor(series))
    sys.exit("the .pt2 file takes any batch")
except AssertionError as error:
    if "size()[0] == 1" not in str(error):
        raise

try:
    error_of(layers.RandomFlip(), image)
except Exception as error:
    text = str(error)
    print(text.splitlines()[0][: len(WANTED)])
    sys.exit(0 if WANTED in text else 1)
print("not reproduced")
sys.exit(1)
