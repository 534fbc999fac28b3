# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "tf2onnx==1.11.1",
#   "tensorflow-cpu==2.18.1",
#   "keras==3.6.0",
#   "numpy==2.0.2",
#   "onnx==1.16.2",
#   "protobuf==5.29.6",
#   "flatbuffers==24.12.23",
# ]
# [tool.uv]
# override-dependencies = ["protobuf==5.29.6", "flatbuffers==24.12.23"]
# ///
"""An old tf2onnx asks NumPy for a name that went with NumPy 1.24."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

WANTED = "module 'numpy' has no attribute 'object'"

try:
    import tf2onnx
except AttributeError as error:
    print(str(error).splitlines()[0])
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced:", tf2onnx.__version__)
sys.exit(1)
