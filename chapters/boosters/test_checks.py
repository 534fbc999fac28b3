"""Answers to the exercises on boosters, right and wrong."""

import numpy as np
from tools.exercises import Checks, model, run_model

WEIGHTS = np.float32([[-2, 2], [1, -1], [0.5, -0.5]])


def classifier(weights=WEIGHTS, kind="float", batch="N"):
    """Make a classifier of two classes."""
    return model(
        f"""({kind}[{batch}, 3] X) => (int64[{batch}] label, float[{batch}, 2] p) {{
        f = Cast<to = 1>(X)  s = MatMul(f, w)  p = Softmax(s)
        label = ArgMax<axis = 1, keepdims = 0>(p) }}""",
        w=weights,
    )


def regressor(last="Exp", kind="double", batch="N"):
    """Make a model of one output, of which the last operator is chosen."""
    return model(
        f"""({kind}[{batch}, 3] X) => (float[{batch}, 1] rate) {{
        f = Cast<to = 1>(X)  s = MatMul(f, w)  rate = {last}(s) }}""",
        w=np.float32([[0.5], [0.2], [-0.4]]),
    )


ROWS = np.random.default_rng(1).random((5, 3), np.float32)
WIDE = ROWS.astype(np.float64)


class TestChecks(Checks):
    chapter = "boosters"
    right = {
        1: ("error", "wrong", "error", "right"),
        2: regressor(),
        3: classifier(),
    }
    given = {
        2: {"rows": WIDE, "expected": run_model(regressor(), WIDE)[0]},
        3: {"rows": ROWS, "expected": run_model(classifier(), ROWS)[1]},
    }
    secrets = {
        1: ["right", "error"],
        2: ["FloatTensorType", "convert_exactly"],
        3: ["feature_names"],
    }
    wrong = [
        (1, ("right", "error", "wrong", "wrong"), ["a", "b", "c", "d"]),
        (1, ("error", "wrong", "error"), ["form"]),
        (3, classifier(WEIGHTS[::-1].copy()), ["probabilities"]),
        (3, classifier(kind="double"), ["types", "probabilities"]),
        (3, classifier(batch="1"), ["dynamic batch", "probabilities"]),
        (3, regressor(kind="float"), ["probabilities"]),
        (2, regressor("Identity"), ["answers"]),
        (2, regressor(kind="float"), ["types", "answers"]),
        (2, regressor(batch="1"), ["dynamic batch", "answers"]),
    ]
