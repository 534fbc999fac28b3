# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = ["tensorflow-cpu==2.15.1", "keras==2.15.0", "numpy==1.26.4"]
# ///
"""Keras 2 cannot export to ONNX: that argument came with Keras 3."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras

WANTED = "export() got an unexpected keyword argument 'format'"

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
try:
    model.export("model.onnx", format="onnx")
except TypeError as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
