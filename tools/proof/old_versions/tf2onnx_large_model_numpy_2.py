# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "tf2onnx==1.17.0",
#   "tensorflow-cpu==2.21.0",
#   "keras==3.15.1",
#   "numpy==2.4.6",
#   "onnx==1.23.2",
# ]
# ///
"""`large_model=True` wants NumPy 1, unless an export of Keras has patched tf2onnx before."""

import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tf2onnx

WANTED = "module 'numpy' has no attribute 'product'"

folder = Path(tempfile.mkdtemp())
entry = keras.Input((256,), name="x")
model = keras.Model(entry, keras.layers.Dense(256)(entry))
model(np.zeros((1, 256)))


def convert():
    """Write the weights into files of their own."""
    target = str(folder / "large.zip")
    tf2onnx.convert.from_keras(model, opset=17, large_model=True, output_path=target)


try:
    convert()
except AttributeError as error:
    text = str(error)
    model.export(folder / "model.onnx", format="onnx", verbose=False)
    convert()
    print(text)
    sys.exit(0 if WANTED in text else 1)
print("not reproduced")
sys.exit(1)
