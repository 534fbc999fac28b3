"""Answers to the exercises on what becomes of Keras layers, right and wrong."""

import numpy as np
from tools.exercises import Checks, model, run_model

BODY = "{ less = Sub(pixels, mean) scaled = Div(less, scale) y = GlobalMaxPool(scaled) }"
RIGHT_SIGNATURE = "(float[N, 3, 8, 8] pixels) => (float[N, 3, 1, 1] y) "
CENTER = np.float32([0.5, 0.4, 0.3]).reshape(3, 1, 1)
VARIANCE = np.float32([0.1, 0.2, 0.3]).reshape(3, 1, 1)
SCALE = np.sqrt(VARIANCE)


def camera(signature=RIGHT_SIGNATURE, body=BODY, scale=SCALE):
    """Stand-in for the camera: it scales and pools."""
    arrays = {"mean": CENTER, "scale": scale}
    return model(
        signature + body,
        **{name: array for name, array in arrays.items() if name in body},
    )


RIGHT = camera()
ROWS = np.random.default_rng(0).random((4, 3, 8, 8), "float32")
TRUTH = run_model(RIGHT, ROWS)[0]


class TestChecks(Checks):
    chapter = "keras-layers"
    right = {1: ("breaks", "vanishes", "in the file"), 2: RIGHT}
    given = {2: {"rows": ROWS, "expected": TRUTH}}
    secrets = {
        1: ["breaks", "vanishes", "in the file"],
        2: ["training=False", "Rescaling", "Permute"],
    }
    wrong = [
        (1, ("vanishes", "vanishes", "in the file"), ["RandomZoom"]),
        (
            1,
            ("breaks", "breaks", "vanishes"),
            ["GaussianNoise", "Rescaling"],
        ),
        (1, "breaks", ["form"]),
        (2, camera(scale=VARIANCE), ["answers"]),
        (2, camera(body="{ y = GlobalMaxPool(pixels) }"), ["answers"]),
        (
            2,
            camera(
                RIGHT_SIGNATURE.replace("pixels", "view"),
                BODY.replace("pixels", "view"),
            ),
            ["names"],
        ),
        (
            2,
            camera(
                "(float[N, 8, 8, 3] pixels) => (float[N, 3, 1, 1] y) ",
                "{ turned = Transpose<perm = [0, 3, 1, 2]>(pixels) "
                + BODY[1:].replace("pixels", "turned"),
            ),
            ["channels first", "answers"],
        ),
        (
            2,
            camera(RIGHT_SIGNATURE.replace("N", "4")),
            ["dynamic batch", "answers"],
        ),
    ]
