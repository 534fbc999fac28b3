"""Answers to the exercises on real input, right and wrong."""

import numpy as np
from tools.exercises import (
    Checks,
    digits_model,
    in_front_of_digits,
    run_model,
)

from helpers import load_mnist

IMAGES = load_mnist().x_test[:6]
PIXELS = np.round(IMAGES * 255).astype(np.uint8)
PREPARED = IMAGES[:1]

CAMERA = "(uint8[N, 28, 28] pixels) => (float[N, 28, 28] scaled) "
CAST_AND_DIVIDE = "{ g = Cast<to = 1>(pixels) scaled = Div(g, most) }"
MOST = {"most": np.float32(255)}


class TestChecks(Checks):
    chapter = "real-input"
    right = {
        1: in_front_of_digits(CAMERA + CAST_AND_DIVIDE, **MOST),
        2: PREPARED,
    }
    given = {
        1: {
            "rows": PIXELS,
            "expected": run_model(digits_model(), IMAGES)[0],
        },
        2: {"expected": PREPARED},
    }
    secrets = {
        1: ["Cast", "Div", "merge_models"],
        2: ["255", "invert", "red"],
    }
    wrong = [
        (1, digits_model(), ["names", "types", "answers"]),
        (
            1,
            in_front_of_digits(
                CAMERA + "{ scaled = Cast<to = 1>(pixels) }"
            ),
            ["answers"],
        ),
        (
            1,
            in_front_of_digits(
                CAMERA
                + "{ d = Div(pixels, most) scaled = Cast<to = 1>(d) }",
                most=np.uint8(255),
            ),
            ["answers"],
        ),
        (
            1,
            in_front_of_digits(
                CAMERA.replace("pixels", "image_")
                + CAST_AND_DIVIDE.replace("pixels", "image_"),
                **MOST,
            ),
            ["names"],
        ),
        (
            1,
            in_front_of_digits(
                CAMERA.replace("N", "1") + CAST_AND_DIVIDE, **MOST
            ),
            ["dynamic batch", "answers"],
        ),
        (2, 1 - PREPARED, ["ink and paper", "size and place"]),
        (
            2,
            np.pad(1 - PREPARED[:, 4:24, 4:24], ((0, 0), (4, 4), (4, 4))),
            ["ink and paper", "size and place"],
        ),
        (2, PREPARED * 255, ["range", "size and place"]),
        (2, np.roll(PREPARED, -3, axis=1), ["size and place"]),
        (2, PREPARED[0], ["type and shape"]),
        (2, PREPARED.astype(float), ["type and shape"]),
    ]
