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


def halves(first="top", second="bottom", rows=14, batch="N"):
    text = f"""(float[{batch}, {rows}, 28] top, float[{batch}, {rows}, 28] bottom)
        => (float[{batch}, 28, 28] scaled) {{ scaled = Concat<axis = 1>({first}, {second}) }}"""
    return in_front_of_digits(text)


IMAGES = load_mnist().x_test[:6]
PIXELS = IMAGES[..., np.newaxis]
PREPARED = IMAGES[:1]
TRUTH = run_model(digits_model(), IMAGES)[0]


class TestChecks(Checks):
    chapter = "02-keras-to-onnx"
    right = {
        1: (15, "Identity:0"),
        2: convolution(),
        3: digits_model(),
        4: PREPARED,
        5: halves(),
    }
    given = {
        2: {
            "rows": PIXELS,
            "expected": run_model(convolution(), PIXELS)[0],
        },
        3: {"rows": IMAGES, "expected": TRUTH},
        4: {"expected": PREPARED},
        5: {
            "rows": {"top": IMAGES[:, :14], "bottom": IMAGES[:, 14:]},
            "expected": TRUTH,
        },
    }
    secrets = {
        1: ["15", "Identity"],
        2: ["Input(", "newaxis", "{"],
        3: ["(None", "TensorSpec(("],
        4: ["255", "invert", "red"],
        5: ["Concat", "[:"],
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
        (4, 1 - PREPARED, ["ink and paper", "size and place"]),
        (
            4,
            np.pad(1 - PREPARED[:, 4:24, 4:24], ((0, 0), (4, 4), (4, 4))),
            ["ink and paper", "size and place"],
        ),
        (4, PREPARED * 255, ["range", "size and place"]),
        (4, np.roll(PREPARED, -3, axis=1), ["size and place"]),
        (4, PREPARED[0], ["type and shape"]),
        (4, PREPARED.astype(float), ["type and shape"]),
        (5, halves("bottom", "top"), ["answers"]),
        (5, halves(batch="1"), ["dynamic batch", "answers"]),
        (5, digits_model(), ["names", "shapes", "answers"]),
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
        "feed",
        [[IMAGES, IMAGES], {"upper": IMAGES}, {"top": 1, "bottom": 2}],
    )
    def test_a_feed_by_order_or_with_other_names_is_not_solved(self, feed):
        result = self.check(5, halves(), rows=feed)
        assert not_right(result) == ["feed"]
        self.assert_advice_teaches(5, result)

    def test_a_feed_with_the_halves_swapped_is_not_solved(self):
        swapped = {"top": IMAGES[:, 14:], "bottom": IMAGES[:, :14]}
        assert not_right(self.check(5, halves(), rows=swapped)) == [
            "answers"
        ]

    @pytest.mark.parametrize(
        "expected", [{"probabilities": PIXELS}, PIXELS[:2], 0.5]
    )
    def test_what_is_expected_has_as_many_rows_as_are_fed(self, expected):
        result = self.check(2, convolution(), expected=expected)
        assert not_right(result) == ["answers"]
        assert "is to be an array of 6 rows" in result.parts[-1].advice
