"""Answers to the exercises on models that come back from a file, right and wrong."""

import numpy as np
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tools.exercises import Checks

ROWS = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
KINDS = np.arange(60) % 3
RIGHT = make_pipeline(StandardScaler(), LogisticRegression()).fit(
    ROWS, KINDS
)
TRUTH = RIGHT.predict_proba(ROWS)


class FromElsewhere:
    """Something that answers like the file and is no model of scikit-learn."""

    def predict_proba(self, rows):
        return TRUTH[: len(rows)]


def with_numbers(model):
    """Put the numbers of the right model into another one."""
    for name in ("coef_", "intercept_", "classes_"):
        setattr(model, name, getattr(RIGHT[1], name))
    return make_pipeline(RIGHT[0], model)


class TestChecks(Checks):
    chapter = "only-the-file-is-left"
    right = {1: (True, False, False, False, True), 2: RIGHT}
    given = {2: {"rows": ROWS, "expected": TRUTH}}
    secrets = {
        1: ["units", "trained"],
        2: ["softmax", "LogisticRegression", "one class"],
    }
    wrong = [
        (1, (False, False, False, False, True), ["a"]),
        (1, (True, True, True, False, True), ["b", "c"]),
        (1, (True, False, False, True, False), ["d", "e"]),
        (
            2,
            with_numbers(SGDClassifier(loss="log_loss")),
            ["probabilities"],
        ),
        (
            2,
            make_pipeline(StandardScaler(), LogisticRegression()),
            ["probabilities"],
        ),
        (2, RIGHT[1], ["pipeline"]),
        (2, FromElsewhere(), ["pipeline"]),
        (2, make_pipeline(FromElsewhere()), ["pipeline"]),
    ]
