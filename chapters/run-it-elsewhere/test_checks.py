"""Answers to the exercises on running a file outside Python, right and wrong."""

from math import nan

from tools.exercises import Checks

from classroom import check_answer

READ = """function readFloat(text) {
  if (text.trim() === "") return NaN;
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(text);
  return number;
}"""
SHARES = """function shares({ dims, data }, place) {
  const [rows, classes] = dims;
  return Array.from({ length: rows }, (_, row) => data[row * STRIDE + place]);
}"""


def test_an_array_of_floats_is_as_good_as_a_list():
    text = SHARES.replace("STRIDE", "classes").replace(
        "Array.from(", "Float32Array.from("
    )
    assert check_answer("run-it-elsewhere-3", text)


class TestChecks(Checks):
    chapter = "run-it-elsewhere"
    right = {
        1: [41, 0, 0, nan],
        2: READ,
        3: SHARES.replace("STRIDE", "classes"),
    }
    secrets = {1: ["nan", "0, 0"], 2: ["trim", "isNaN"], 3: ["row *"]}
    wrong = [
        (1, 41, ["numbers"]),
        (1, [41, 0, 0], ["numbers"]),
        (1, [41, nan, nan, nan], ["numbers"]),
        (1, [41, 0, 0, 41.5], ["numbers"]),
        (1, ["41", 0, 0, nan], ["numbers"]),
        (1, [True, 0, 0, nan], ["numbers"]),
        (2, "readFloat", ["numbers"]),
        (2, "function readFloat(", ["numbers"]),
        (2, "const readFloat = Number;", ["missing", "refused"]),
        (2, "const readFloat = parseFloat;", ["refused"]),
        (
            2,
            READ.replace("throw new Error(text)", "return NaN"),
            ["refused"],
        ),
        (2, READ.replace(".trim()", ""), ["missing"]),
        (2, READ.replace("return number", "return text"), ["numbers"]),
        (3, SHARES.replace("STRIDE", "rows"), ["shares"]),
        (3, SHARES.replace("STRIDE", "2"), ["shares"]),
        (
            3,
            SHARES.replace("STRIDE", "classes").replace(" + place", ""),
            ["shares"],
        ),
        (3, "function shares() {}", ["shares"]),
        (3, "function shares() { process.exit(0); }", ["shares"]),
    ]
