# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "openvino==2026.4.1",
#   "tensorflow-cpu==2.21.0",
#   "keras==3.15.1",
#   "scipy>=1.15",
# ]
# ///
"""Keras writes OpenVINO's format where the path is a text; the answers are those of Keras."""

import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import openvino

WANTED = "'PosixPath' object has no attribute 'endswith'"

path = Path(tempfile.mkdtemp()) / "model.xml"
keras.utils.set_random_seed(0)
rows = np.random.default_rng(0).normal(size=(5, 8)).astype("float32")
entry = keras.Input((8,), name="x")
model = keras.Model(entry, {"score": keras.layers.Dense(3, activation="gelu")(entry)})
model(rows)
model.export(str(path), format="openvino", verbose=False)
assert {each.suffix for each in path.parent.iterdir()} == {".bin", ".xml"}
precise = {"INFERENCE_PRECISION_HINT": "f32"}
compiled = openvino.Core().compile_model(path, "CPU", precise)
answer = compiled({"x": rows})["score"]
assert np.allclose(answer, model(rows)["score"], atol=1e-5)
try:
    model.export(path, format="openvino", verbose=False)
except AttributeError as error:
    print(error)
    sys.exit(0 if WANTED in str(error) else 1)
print("not reproduced")
sys.exit(1)
