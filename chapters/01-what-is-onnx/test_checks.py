"""Answers to the exercises on what ONNX is, right and wrong."""

import onnx
from tools.exercises import Checks, model


def largest(
    kind="int64", nodes="position = ArgMax<axis = 1, keepdims = 0>(scores)"
):
    return model(
        f"(float[N, 3] scores) => ({kind}[N] position) {{ {nodes} }}"
    )


class TestChecks(Checks):
    chapter = "01-what-is-onnx"
    right = {1: ("opset", "1.12", 8), 2: largest()}
    secrets = {1: ["opset", "1.12", "8"], 2: ["int64", "7"]}
    wrong = [
        (1, ("IR version", "1.12", 8), ["which version"]),
        (
            1,
            ("package", "1.17", 17),
            ["which version", "release", "IR version"],
        ),
        (1, ("opset", "1.120", 8), ["release"]),
        (1, 17, ["form"]),
        (2, largest("float"), ["valid", "answers"]),
        (2, largest("int32"), ["valid", "answers"]),
        (
            2,
            largest(
                "float",
                "p = ArgMax<axis = 1, keepdims = 0>(scores) "
                "position = Cast<to = 1>(p)",
            ),
            ["answers"],
        ),
        (
            2,
            largest(
                "int64", "position = ArgMin<axis = 1, keepdims = 0>(scores)"
            ),
            ["answers"],
        ),
    ]

    def test_a_model_comes_as_path_bytes_or_proto(self, tmp_path):
        for answer in (
            tmp_path / "model.onnx",
            str(tmp_path / "model.onnx"),
        ):
            onnx.save(largest(), answer)
            assert self.check(2, answer)
        assert self.check(2, largest().SerializeToString())
