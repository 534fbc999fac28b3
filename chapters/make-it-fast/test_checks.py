"""Answers to the exercises on speed as a trade, right and wrong."""

import numpy as np
from tools.exercises import Checks, model, run_model

WEIGHTS = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
ROWS = np.random.default_rng(1).random((200, 4), np.float32)


def network(scale=0.004, batch="N", quantized=True):
    """A product of matrices, of 8-bit inputs or not."""
    rounded = (
        "q = QuantizeLinear(x, s, z) r = DequantizeLinear(q, s, z)"
        if quantized
        else "r = Identity(x)"
    )
    return model(
        f"(float[{batch}, 4] x) => (float[{batch}, 3] y) {{ {rounded} y = MatMul(r, w) }}",
        w=WEIGHTS,
        s=np.float32(scale),
        z=np.uint8(0),
    )


class TestChecks(Checks):
    chapter = "make-it-fast"
    right = {1: (64, 1, 64), 2: network()}
    given = {
        2: {
            "rows": ROWS,
            "expected": run_model(network(quantized=False), ROWS)[0],
        },
    }
    secrets = {1: ["1,024 saves", "is 64"], 2: ["/ 255"]}
    wrong = [
        (1, (1024, 64, 1), ["a", "b", "c"]),
        (1, (64, 1, 1024), ["c"]),
        (1, (64, 1), ["form"]),
        (2, network(quantized=False), ["quantized"]),
        (2, network(scale=1.0), ["answers"]),
        (2, network(scale=0.004 / 255), ["answers"]),
        (2, network(batch="1"), ["dynamic batch", "answers"]),
    ]
