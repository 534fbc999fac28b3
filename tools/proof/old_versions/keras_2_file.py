# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "tf_keras==2.21.0",
#   "tf2onnx==1.17.0",
#   "tensorflow-cpu==2.21.0",
#   "keras==3.15.1",
#   "numpy==2.4.6",
#   "onnx==1.23.2",
#   "onnxruntime==1.32.0",
# ]
# ///
"""Files of Keras 2 stop in Keras 3; `tf_keras` loads them, and tf2onnx converts the model."""

import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import onnxruntime as ort
import tf2onnx
import tf_keras

WANTED = "Unrecognized keyword arguments passed to DepthwiseConv2D: {'groups': 1}"

folder = Path(tempfile.mkdtemp())
layers = tf_keras.layers
entry = tf_keras.Input((5, 4), name="series")
x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(entry)
x = layers.DepthwiseConv2D(2)(layers.Reshape((5, 6, 1))(x))
model = tf_keras.Model(entry, layers.Dense(1, name="score")(layers.Flatten()(x)))
model.compile("adam", "mse", metrics=["mse"])
rows = np.random.default_rng(0).random((3, 5, 4)).astype("float32")
expected = model.predict(rows, verbose=0)
files = [folder / "old.h5", folder / "old.keras"]
for file in files:
    model.save(file)
    loaded = tf_keras.models.load_model(file, compile=False)
    proto, _ = tf2onnx.convert.from_keras(loaded, opset=17)
    session = ort.InferenceSession(proto.SerializeToString())
    [answer] = session.run(["score"], {"series": rows})
    assert np.allclose(answer, expected, atol=1e-5)

entry = tf_keras.Input((5, 4, 1))
tf_keras.Model(entry, layers.DepthwiseConv2D(2)(entry)).save(files[0])
try:
    keras.models.load_model(files[0], compile=False)
except TypeError as error:
    [line] = [line for line in str(error).splitlines() if WANTED in line] or ["another error"]
    print(line)
    sys.exit(0 if WANTED in line else 1)
print("not reproduced")
sys.exit(1)
