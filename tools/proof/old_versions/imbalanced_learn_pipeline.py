# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "imbalanced-learn==0.14.2",
#   "scikit-learn==1.9.1",
#   "skl2onnx==1.20.0",
#   "onnx==1.20.1",
#   "onnxruntime==1.24.1",
#   "protobuf<7",
# ]
# ///
"""skl2onnx knows no pipeline of imbalanced-learn; the fitted steps without the sampler convert."""

import sys

import numpy as np
import onnxruntime as ort
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from skl2onnx import to_onnx
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

WANTED = "No registered models, no known allowed options for model 'Pipeline'"

table, group = make_classification(3000, 6, weights=[0.9], random_state=0)
table = table.astype(np.float32)
more, less = SMOTE(sampling_strategy=0.5, random_state=0), RandomUnderSampler(random_state=0)
balanced = make_pipeline(StandardScaler(), more, less, LogisticRegression())
balanced.fit(table[:2000], group[:2000])
text = ""
try:
    to_onnx(balanced, table[:1])
except Exception as error:
    text = str(error).splitlines()[0]

kept = [(name, step) for name, step in balanced.steps if not hasattr(step, "fit_resample")]
proto = to_onnx(Pipeline(kept), table[:1], options={"zipmap": False})
session = ort.InferenceSession(proto.SerializeToString())
labels, answer = session.run(None, {"X": table[2000:]})
gap = np.abs(answer - balanced.predict_proba(table[2000:])).max()
same = gap < 1e-5 and (labels == balanced.predict(table[2000:])).all()
print("without the samplers, the same answers:", same)
print(text)
sys.exit(0 if WANTED in text and same else 1)
