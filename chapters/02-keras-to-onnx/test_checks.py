"""Answers to the exercises on Keras models, right and wrong."""

import numpy as np
import pytest
from tools.exercises import (
    Checks,
    digits_model,
    in_front_of_digits,
    model,
    not_right,
    read_broken,
    run_model,
)

from helpers import load_mnist


def convolution(
    name="pixels", size="N", kind="float", nodes="c = Conv(i, w)"
):
    ones = (
        np.random.default_rng(0)
        .normal(size=(1, 1, 28, 28))
        .astype(np.float32)
    )
    text = f"""({kind}[{size}, 28, 28, 1] {name}) => (float[{size}, 10] probabilities) {{
        f = Cast<to = 1>({name})  i = Reshape(f, square)  {nodes}
        r = Reshape(c, row)  s = MatMul(r, v)  probabilities = Softmax(s) }}"""
    steps = np.linspace(-1, 1, 10, dtype=np.float32).reshape(1, 10)
    arrays = {"square": [-1, 1, 28, 28], "row": [-1, 1]}
    arrays = {key: np.int64(value) for key, value in arrays.items()}
    return model(text, w=ones / 50, v=steps, **arrays)


IMAGES = load_mnist().x_test[:6]
PIXELS = IMAGES[..., np.newaxis]
TRUTH = run_model(digits_model(), IMAGES)[0]


class TestChecks(Checks):
    chapter = "02-keras-to-onnx"
    right = {
        1: (15, "Identity:0"),
        2: convolution(),
        3: digits_model(),
    }
    given = {
        2: {
            "rows": PIXELS,
            "expected": run_model(convolution(), PIXELS)[0],
        },
        3: {"rows": IMAGES, "expected": TRUTH},
    }
    secrets = {
        1: ["15", "Identity"],
        2: ["Input(", "newaxis", "{"],
        3: ["(None", "TensorSpec(("],
    }
    wrong = [
        (1, (17, "probabilities"), ["opset", "output"]),
        (1, (18, "Identity:0"), ["opset"]),
        (1, (15, "output_0"), ["output"]),
        (1, 15, ["form"]),
        (2, convolution("image"), ["names"]),
        (2, convolution(size="1"), ["dynamic batch", "answers"]),
        (2, convolution(kind="double"), ["types", "answers"]),
        (
            2,
            convolution(
                nodes="e = Mul(i, w) c = ReduceMean<axes = [2, 3]>(e)"
            ),
            ["operators", "answers"],
        ),
        (
            3,
            model(
                "(float[2, 28, 28] image) => (float[2, 28, 28] y) { y = Relu(image) }"
            ),
            ["dynamic batch", "answers"],
        ),
        (
            3,
            in_front_of_digits(
                "(float[N, 28, 28] x) => (float[N, 28, 28] scaled) { scaled = Relu(x) }"
            ),
            ["names"],
        ),
        (
            3,
            in_front_of_digits(
                "(float[N, 28, 28] image_) => (float[N, 28, 28] scaled) "
                "{ scaled = Neg(image_) }"
            ),
            ["names", "answers"],
        ),
    ]

    def test_the_handed_out_batch_of_one_is_broken_as_the_exercise_says(
        self,
    ):
        service = read_broken("02-3")
        assert run_model(service, IMAGES[:1])[0].shape == (1, 10)
        result = self.check(3, service)
        assert not_right(result) == ["dynamic batch", "answers"]
        self.assert_advice_teaches(3, result)

    @pytest.mark.parametrize(
        "expected", [{"probabilities": PIXELS}, PIXELS[:2], 0.5]
    )
    def test_what_is_expected_has_as_many_rows_as_are_fed(self, expected):
        result = self.check(2, convolution(), expected=expected)
        assert not_right(result) == ["answers"]
        assert "is to be an array of 6 rows" in result.parts[-1].advice
