# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "jax==0.10.2",
#   "jax2onnx==0.17.1",
#   "keras==3.15.1",
#   "onnx==1.23.2",
#   "onnxruntime==1.32.0",
# ]
# ///
"""What Keras exports with JAX as its backend: what passes, and what the lesson warns of."""

import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
import onnx
import onnxruntime as ort

WANTED = "No Op registered for BitCast with domain_version of 23"

ort.set_default_logger_severity(4)
layers, folder = keras.layers, Path(tempfile.mkdtemp())
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)


def error_of(layer, rows):
    """Export, and return the largest error of the file, and the model."""
    entry = keras.Input((None, *rows.shape[2:]), name="x")
    model, path = keras.Model(entry, {"y": layer(entry)}), str(folder / "model.onnx")
    expected = np.asarray(model(rows, training=False)["y"])
    model.export(path, format="onnx", verbose=False)
    proto = onnx.load(path)
    onnx.checker.check_model(proto, full_check=True)
    [answer] = ort.InferenceSession(path).run(None, {"x": rows})
    return np.abs(answer - expected).max(), proto


class Largest(layers.Layer):
    """The place of the largest number."""

    def call(self, x):
        """Return it."""
        return keras.ops.argmax(x, axis=-1)


class First(layers.Layer):
    """The same, by a detour."""

    def call(self, x):
        """Return it."""
        return keras.ops.top_k(x, 1)[1][..., 0]


image = rng.random((3, 8, 8, 6), "float32")
series = rng.normal(size=(3, 5, 4)).astype("float32")
error, proto = error_of(layers.Dense(3, activation="gelu"), series)
[opset] = [each.version for each in proto.opset_import if not each.domain]
assert error < 1e-5
assert opset == 23
for layer, rows in (
    (layers.LSTM(6), series),
    (layers.GRU(6), series),
    (layers.MultiHeadAttention(2, 3), None),
    (layers.Conv2D(6, 3, groups=3), image),
    (layers.RandomFlip(), image),
    (First(), series),
):
    if rows is None:
        rows, attend = series, layer
        layer = lambda x, attend=attend: attend(x, x)  # noqa: E731
    assert error_of(layer, rows)[0] < 1e-5, layer

try:
    error_of(Largest(), series)
except Exception as error:
    text = str(error)
    print(text.splitlines()[0])
    sys.exit(0 if WANTED in text else 1)
print("not reproduced")
sys.exit(1)
