# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "onnxmltools==1.15.0",
#   "xgboost-cpu==3.1.3",
#   "skl2onnx==1.18.0",
#   "scikit-learn==1.6.1",
#   "onnx==1.17.0",
#   "numpy==2.2.6",
#   "protobuf>=7,<8",
#   "setuptools<80",
# ]
# ///
"""onnxmltools before 1.16 writes a boolean where protobuf 7 wants a whole number."""

import sys

import numpy as np
import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

WANTED = "Expected an int, got a boolean."

rows = np.random.default_rng(0).random((100, 3), np.float32)
model = xgboost.XGBRegressor(n_estimators=3).fit(rows, rows[:, 0])
try:
    onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, 3]))])
except TypeError as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
