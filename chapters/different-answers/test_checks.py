"""Answers to the exercises on answers that differ, right and wrong."""

import numpy as np
from tools.exercises import Checks, model, run_model

ROWS = np.random.default_rng(1).random((5, 3), np.float32)


def regressor(last="Exp", kind="float", batch="N"):
    """Make a model of one output, of which the last operator is chosen."""
    return model(
        f"""({kind}[{batch}, 3] X) => (float[{batch}, 1] rate) {{
        f = Cast<to = 1>(X)  s = MatMul(f, w)  rate = {last}(s) }}""",
        w=np.float32([[0.5], [0.2], [-0.4]]),
    )


def classifier(last="Sigmoid", sign=1.0, batch="N"):
    """Make a classifier of two classes from the scores -d and d."""
    return model(
        f"""(float[{batch}, 3] X) => (int64[{batch}] label, float[{batch}, 2] p) {{
        s = MatMul(X, w)  p = {last}(s)
        label = ArgMax<axis = 1, keepdims = 0>(p) }}""",
        w=np.float32(sign) * np.float32([[-2, 2], [1, -1], [0.5, -0.5]]),
    )


class TestChecks(Checks):
    chapter = "different-answers"
    right = {
        1: regressor(),
        2: classifier(),
    }
    given = {
        1: {"rows": ROWS, "expected": run_model(regressor(), ROWS)[0]},
        2: {"rows": ROWS, "expected": run_model(classifier(), ROWS)[1]},
    }
    secrets = {
        1: ["Exp", "logarithm"],
        2: ["post_transform", "LOGISTIC"],
    }
    wrong = [
        (1, regressor("Identity"), ["answers"]),
        (1, regressor("Sigmoid"), ["answers"]),
        (1, regressor(kind="double"), ["types", "answers"]),
        (1, regressor(batch="1"), ["dynamic batch", "answers"]),
        (2, classifier("Softmax"), ["probabilities"]),
        (2, classifier(sign=-1.0), ["labels", "probabilities"]),
        (2, regressor(), ["labels", "probabilities"]),
    ]
