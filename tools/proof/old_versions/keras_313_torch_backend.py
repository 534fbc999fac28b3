# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "torch==2.13.0",
#   "keras==3.13.2",
#   "numpy==2.4.6",
#   "onnx==1.23.2",
#   "onnxruntime==1.32.0",
#   "onnxscript==0.7.2",
# ]
# ///
"""With PyTorch, Keras 3.13 fixes the batch to the number of its signature, and takes no dict."""

import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import onnxruntime as ort

WANTED = "doesn't support dictionaries as inputs"

warnings.simplefilter("ignore")
path = str(Path(tempfile.mkdtemp()) / "model.onnx")
rows = np.random.default_rng(0).random((3, 4), np.float32)


def shape_of(model, **options):
    """Export, and return the name and the shape of the input."""
    model.export(path, format="onnx", verbose=False, **options)
    [entry] = ort.InferenceSession(path).get_inputs()
    return entry.name, entry.shape


entry = keras.Input((4,), name="x")
functional = keras.Model(entry, {"y": keras.layers.Dense(2)(entry)})
functional(rows)
assert shape_of(functional) == ("x", [1, 4])
three = [keras.InputSpec(shape=(3, 4), dtype="float32", name="x")]
assert shape_of(functional, input_signature=three) == ("x", [3, 4])
[answer] = ort.InferenceSession(path).run(None, {"x": rows})
assert np.allclose(answer, keras.ops.convert_to_numpy(functional(rows)["y"]), atol=1e-5)


class Two(keras.Model):
    """A subclassed model with a dict of inputs."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)

    def call(self, pair):
        """Compare both."""
        return self.dense(pair["first"]) - self.dense(pair["second"])


pair = Two()
pair({"first": rows, "second": rows[::-1].copy()})
try:
    pair.export(path, format="onnx", verbose=False)
except ValueError as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
