# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "tf2onnx==1.16.1",
#   "tensorflow-cpu==2.18.1",
#   "keras==3.6.0",
#   "numpy==2.0.2",
#   "onnx==1.16.2",
#   "onnxruntime==1.20.1",
# ]
# ///
"""tf2onnx 1.16 asks a Keras 3 Sequential model for an attribute that Keras 2 had."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tf2onnx

WANTED = "'Sequential' object has no attribute 'output_names'"

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model(np.zeros((1, 3), np.float32))
try:
    tf2onnx.convert.from_keras(model)
except AttributeError as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
