"""Answers to the exercises on inference pitfalls, right and wrong."""

import numpy as np
from tools.exercises import (
    Checks,
    digits_model,
    in_front_of_digits,
    model,
    read_broken,
    run_model,
)

from helpers import load_mnist


def reshaped(*shape):
    text = "(float[N, 6] x) => (float[M, 6] y) { y = Reshape(x, shape) }"
    return model(text, shape=np.int64(shape))


def scores_only():
    """The mystery, with too much taken out."""
    mystery = read_broken("04-3")
    del mystery.graph.node[-2:]
    mystery.graph.output[0].name = mystery.graph.node[-1].output[0]
    return mystery


CAMERA = "(uint8[N, 28, 28] pixels) => (float[N, 28, 28] scaled) "
CAST_AND_DIVIDE = "{ g = Cast<to = 1>(pixels) scaled = Div(g, most) }"
MOST = {"most": np.float32(255)}


class TestChecks(Checks):
    chapter = "04-inference-pitfalls"
    right = {
        1: {1},
        2: reshaped(-1, 6),
        3: digits_model(),
        4: in_front_of_digits(CAMERA + CAST_AND_DIVIDE, **MOST),
    }
    secrets = {
        1: ["1", "newer", "only the first"],
        2: ["-1", "initializer"],
        3: ["softmax", "twice"],
        4: ["Cast", "Div", "merge_models"],
    }
    wrong = [
        (1, {1, 2}, ["none too many"]),
        (1, {2}, ["none left out", "none too many"]),
        (1, set(), ["none left out"]),
        (1, {1, 2, 3}, ["none too many"]),
        (1, "first", ["form"]),
        (2, reshaped(1, 6), ["answers"]),
        (2, reshaped(5, 6), ["answers"]),
        (
            2,
            model("(float[N, 6] x) => (float[N, 6] y) { y = Neg(x) }"),
            ["answers"],
        ),
        (4, digits_model(), ["names", "types", "answers"]),
        (
            4,
            in_front_of_digits(
                CAMERA + "{ scaled = Cast<to = 1>(pixels) }"
            ),
            ["answers"],
        ),
        (
            4,
            in_front_of_digits(
                CAMERA
                + "{ d = Div(pixels, most) scaled = Cast<to = 1>(d) }",
                most=np.uint8(255),
            ),
            ["answers"],
        ),
        (
            4,
            in_front_of_digits(
                CAMERA.replace("pixels", "image_")
                + CAST_AND_DIVIDE.replace("pixels", "image_"),
                **MOST,
            ),
            ["names"],
        ),
        (3, read_broken("04-3"), ["probabilities", "answers"]),
        (3, scores_only(), ["probabilities", "answers"]),
    ]

    def test_the_handed_out_mystery_is_broken_as_the_exercise_says(self):
        answers = run_model(read_broken("04-3"), load_mnist().x_test[:6])[0]
        assert answers.max() < 0.3
