# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "scikit-learn==1.9.1",
#   "skl2onnx==1.20.0",
#   "onnx==1.23.2",
#   "onnxruntime==1.32.0",
#   "numpy==2.4.6",
#   "protobuf<7",
#   "uv",
# ]
# ///
"""Pickles of scikit-learn 1.6 in 1.9: what loads and answers, and what converts."""

import os
import pickle
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnxruntime as ort
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

WANTED = "No module named '_loss'"

OLD = "scikit-learn==1.6.1"
rows, kinds = load_iris(return_X_y=True)
rows = rows.astype(np.float32)
models = {
    "pipeline": make_pipeline(SimpleImputer(), LogisticRegression(max_iter=1000)),
    "forest": RandomForestClassifier(20, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=5, random_state=0),
    "histogram": HistGradientBoostingClassifier(max_iter=5, random_state=0),
}
# What happens with each in the new version: can it answer, and is its file right?
EXPECTED = {
    "pipeline": ["'SimpleImputer' object has no attribute '_fill_dtype'", "same file: True"],
    "forest": ["same answers: True", "same file: True"],
    "boosting": [WANTED],
    "histogram": [WANTED],
}


def is_right(model, truth):
    """Convert a model and compare its file with the answers of the version that trained it."""
    proto = to_onnx(model, rows[:1], options={"zipmap": False})
    session = ort.InferenceSession(proto.SerializeToString())
    return np.allclose(session.run(["probabilities"], {"X": rows})[0], truth, atol=1e-5)


def train(folder):
    """Train and convert in the old version, and keep the pickles and the answers."""
    for name, model in models.items():
        truth = model.fit(rows, kinds).predict_proba(rows)
        if not is_right(model, truth):
            sys.exit(f"{name}: the file differs where it was trained")
        (folder / name).write_bytes(pickle.dumps((model, truth)))


def load(path):
    """Say what the new version does with a pickle of the old one."""
    try:
        model, truth = pickle.loads(path.read_bytes())
    except ModuleNotFoundError as error:
        return [str(error)]
    try:
        first = f"same answers: {np.allclose(model.predict_proba(rows), truth)}"
    except AttributeError as error:
        first = str(error)
    return [first, f"same file: {is_right(model, truth)}"]


if len(sys.argv) > 1:  # the old version runs this
    train(Path(sys.argv[1]))
    sys.exit()
with tempfile.TemporaryDirectory() as name:
    library = Path(name) / "old"
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
    target = ["--python", sys.executable, "--target", str(library), OLD]
    subprocess.run([*install, *target], check=True)
    command = [sys.executable, __file__, name]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(library)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # InconsistentVersionWarning
        said = {name: load(library.parent / name) for name in models}
for name, texts in said.items():
    print(f"{name}: {'; '.join(texts)}")
sys.exit(0 if said == EXPECTED else 1)
