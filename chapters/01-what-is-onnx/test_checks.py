"""Answers to the exercises on what ONNX is, right and wrong."""

from pathlib import Path

import numpy as np
import onnx
from tools.exercises import Checks, behind_digits, digits_model, model

STANDARDS = {
    "mean": np.float32([1, 2, 3]),
    "deviation": np.float32([2, 4, 8]),
}
CENTERED = "(float[N, 3] x) => (float[N, 3] z) { c = Sub(x, mean) z = Div(c, deviation) }"


def largest(
    kind="int64", nodes="position = ArgMax<axis = 1, keepdims = 0>(scores)"
):
    return model(
        f"(float[N, 3] scores) => ({kind}[N] position) {{ {nodes} }}"
    )


def with_digit(
    kind="int64[N]", nodes="digit = ArgMax<axis = 1, keepdims = 0>(scores)"
):
    step = f"(float[N, 10] scores) => ({kind} digit) {{ {nodes} }}"
    return behind_digits(step, ["probabilities", "digit"])


def every_location(path):
    tensors = onnx.load(path, load_external_data=False).graph.initializer
    return [
        entry.value for tensor in tensors for entry in tensor.external_data
    ]


def outside(path):
    """The solution of the book, in short."""
    home = Path(path).resolve().parent
    return [
        place
        for place in every_location(path)
        if not (home / place).resolve().is_relative_to(home)
    ]


class TestChecks(Checks):
    chapter = "01-what-is-onnx"
    right = {
        1: ("opset", "1.12", 8),
        2: model(CENTERED, **STANDARDS),
        3: largest(),
        4: with_digit(),
        5: outside,
    }
    secrets = {
        1: ["opset", "1.12", "8"],
        2: ["Sub", "Div"],
        3: ["int64", "7"],
        4: ["ArgMax", "int64"],
        5: ["is_relative_to", "load_external_data=False"],
    }
    wrong = [
        (1, ("IR version", "1.12", 8), ["which version"]),
        (
            1,
            ("package", "1.17", 17),
            ["which version", "release", "IR version"],
        ),
        (1, ("opset", "1.120", 8), ["release"]),
        (1, 17, ["form"]),
        (
            2,
            model(
                CENTERED.replace(
                    "Sub(x, mean)", "Div(x, deviation)"
                ).replace("Div(c, deviation)", "Sub(c, mean)"),
                **STANDARDS,
            ),
            ["answers"],
        ),
        (
            2,
            model(CENTERED.replace("[N", "[1"), **STANDARDS),
            ["dynamic batch", "answers"],
        ),
        (
            2,
            model(
                CENTERED.replace("float", "double"),
                **{
                    name: array.astype(float)
                    for name, array in STANDARDS.items()
                },
            ),
            ["types", "answers"],
        ),
        (2, model(CENTERED.replace("z", "y"), **STANDARDS), ["names"]),
        (2, CENTERED, ["model"]),
        (3, largest("float"), ["valid", "answers"]),
        (3, largest("int32"), ["valid", "answers"]),
        (
            3,
            largest(
                "float",
                "p = ArgMax<axis = 1, keepdims = 0>(scores) "
                "position = Cast<to = 1>(p)",
            ),
            ["answers"],
        ),
        (
            3,
            largest(
                "int64", "position = ArgMin<axis = 1, keepdims = 0>(scores)"
            ),
            ["answers"],
        ),
        (4, digits_model(), ["names", "probabilities"]),
        (
            4,
            with_digit("int64[M, 1]", "digit = ArgMax<axis = 1>(scores)"),
            ["digit"],
        ),
        (
            4,
            with_digit(
                "int64[M]", "digit = ArgMin<axis = 1, keepdims = 0>(scores)"
            ),
            ["digit"],
        ),
        (
            4,
            behind_digits(
                "(float[N, 10] scores) => (int64[N] digit) "
                "{ digit = ArgMax<axis = 1, keepdims = 0>(scores) }",
                ["digit"],
            ),
            ["names", "probabilities"],
        ),
        (5, lambda path: [], ["parent folder", "absolute path", "detour"]),
        (5, every_location, ["data inside", "parent folder", "detour"]),
        (
            5,
            lambda path: [p for p in every_location(path) if ".." in p],
            ["data inside", "absolute path"],
        ),
        (
            5,
            lambda path: [
                p for p in every_location(path) if p.startswith(("..", "/"))
            ],
            ["detour"],
        ),
        (5, onnx.load, ["data inside"]),
        (5, [], ["data inside"]),
    ]

    def test_a_model_comes_as_path_bytes_or_proto(self, tmp_path):
        for answer in (
            tmp_path / "model.onnx",
            str(tmp_path / "model.onnx"),
        ):
            onnx.save(largest(), answer)
            assert self.check(3, answer)
        assert self.check(3, largest().SerializeToString())
