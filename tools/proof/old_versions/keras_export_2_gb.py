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
"""The export of a Keras model with an array above 2 GB stops; it takes 8 GB of memory."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np

WANTED = "Cannot create a tensor proto whose content is larger than 2GB."

ids = keras.Input((1,), dtype="int32")
table = keras.layers.Embedding(560_000, 1000, embeddings_initializer="zeros")
model = keras.Model(ids, table(ids))
model(np.zeros((1, 1)))
try:
    model.export("model.onnx", format="onnx", verbose=False)
except ValueError as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
