"""Answers to the exercises on the inside of a file, right and wrong."""

import numpy as np
from tools.exercises import Checks, digits_model, in_front_of_digits

DIVIDE = "gray = Cast<to = 1>(pixels) image = Reshape(gray, shape) scaled = Div(image, white)"
STEP = "(uint8[N, 784] pixels) => (float[N, 28, 28] scaled) {{ {} }}"


def columns(nodes=DIVIDE, text=STEP, shape=(-1, 28, 28), white=255):
    return in_front_of_digits(
        text.format(nodes), shape=np.int64(shape), white=np.float32(white)
    )


class TestChecks(Checks):
    chapter = "inside-a-file"
    right = {
        1: ("float", "float[N]", "float[?, 28]", "float[]"),
        2: columns(),
    }
    secrets = {
        1: ["float[]", "float[N]", "float[N, 28]"],
        2: ["Reshape", "int64", "-1"],
    }
    wrong = [
        (
            1,
            ("float", "float[]", "float[N, 28]", "float[N]"),
            ["any length", "any rank"],
        ),
        (
            1,
            ("float[]", "float[N]", "float[N, 28]", "float"),
            ["a number", "any rank"],
        ),
        (
            1,
            ("float[1]", "float[3]", "float[28, N]", "float[]"),
            ["a number", "any length", "any number of rows"],
        ),
        (
            1,
            ("tensor(float)", "float[N]", "float[N, 28]", "float[]"),
            ["texts"],
        ),
        (1, "float", ["form"]),
        (2, digits_model(), ["names", "types", "answers"]),
        (2, columns(white=1), ["answers"]),
        (2, columns(shape=(1, 28, 28)), ["answers"]),
        (
            2,
            columns(
                "gray = Cast<to = 1>(pixels) image = Reshape(gray, shape) "
                "turned = Transpose<perm = [0, 2, 1]>(image) scaled = Div(turned, white)"
            ),
            ["answers"],
        ),
    ]
