# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "skl2onnx==1.20.0",
#   "scikit-learn==1.9.1",
#   "onnx==1.23.2",
#   "protobuf>=7,<8",
# ]
# ///
"""protobuf 7 refuses a cast that the converter of HistGradientBoosting relies on."""

import sys

import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingRegressor

WANTED = "Unable to create node 'TreeEnsembleRegressor'"

rows = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
model = HistGradientBoostingRegressor(max_iter=3).fit(rows, rows[:, 0])
try:
    to_onnx(model, rows[:1])
except Exception as error:
    print(str(error).splitlines()[0])
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
