# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["onnxruntime==1.15.1", "numpy==1.26.4", "onnx==1.20.1"]
# ///
"""An old runtime words a wrong input name in its own way."""

import sys

import numpy as np
import onnx
import onnxruntime as ort

WANTED = "Invalid Feed Input Name:"

model = onnx.parser.parse_model(
    '<ir_version: 8, opset_import: ["": 17]> g (float[N] x) => (float[N] y) { y = Relu(x) }'
)
session = ort.InferenceSession(model.SerializeToString())
row = np.zeros(1, np.float32)
try:
    session.run(None, {"x": row, "z": row})
except Exception as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
