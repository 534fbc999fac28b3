# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "onnx2keras==0.0.25",
#   "tensorflow-cpu==2.21.0",
#   "keras==3.15.1",
#   "onnx==1.23.2",
#   "numpy==2.4.6",
# ]
# ///
"""onnx2keras doesn't turn the book's LSTM back into a Keras model."""

import logging
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import onnx
from onnx2keras import onnx_to_keras

WANTED = "Can't modify this type of data"

digits = Path(__file__).parents[3] / "helpers" / "data" / "digits.onnx"
logging.disable(logging.CRITICAL)
try:
    onnx_to_keras(onnx.load(digits), ["image"], verbose=False)
except Exception as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
