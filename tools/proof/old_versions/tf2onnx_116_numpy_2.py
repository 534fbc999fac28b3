# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "tf2onnx==1.16.1",
#   "tensorflow-cpu==2.18.1",
#   "numpy==2.0.2",
#   "onnx==1.16.2",
#   "onnxruntime==1.20.1",
# ]
# ///
"""tf2onnx 1.16 uses a NumPy function that NumPy 2 removed."""

import logging
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
import tf2onnx

WANTED = "`np.cast` was removed in the NumPy 2.0 release."


@tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
def double(x):
    """Any model will do."""
    return 2 * x


found = []
handler = logging.Handler()
handler.emit = lambda record: found.append(record.getMessage())
logging.getLogger("tf2onnx").addHandler(handler)
tf2onnx.convert.from_function(double, double.input_signature)
matching = [message for message in found if WANTED in message]  # logged, not raised
print(matching[0].partition("exception ")[2] if matching else "not reproduced")
sys.exit(0 if matching else 1)
