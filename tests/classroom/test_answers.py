"""The machinery of `check_answer` and `hand_out`; the answers stand beside each chapter."""

import numpy as np
import onnx
import pytest

from classroom import AnswerCheck, check_answer, hand_out
from classroom.answers import AnswerPart, ExerciseError
from classroom.given import Given, StopError
from classroom.lessons import LessonError

ROWS = np.zeros((3, 2), np.float32)


def test_the_text_has_a_line_for_each_part_and_wraps_advice():
    advice = "Look at the end of the message, which names the operator and its input. " * 2
    check = AnswerCheck("05-1", (AnswerPart("model"), AnswerPart("names", advice.strip())))
    assert not check
    lines = str(check).splitlines()
    assert lines[:2] == ["exercise 05-1: not solved yet", "  model: right"]
    assert lines[2].startswith("  names: not yet. Look at the end")
    assert all(line.startswith("    ") and len(line) <= 76 for line in lines[3:])


@pytest.mark.parametrize("name", ["01-what-is-onnx-1", "01-1"])
def test_an_exercise_goes_by_the_name_or_the_number_of_its_chapter(name):
    assert check_answer(name, ("opset", "1.12", 8))


@pytest.mark.parametrize("name", ["05-1", "1", "", 7, None])
def test_a_chapter_that_does_not_exist_is_an_error_that_lists_them(name):
    with pytest.raises(LessonError, match="Lessons with one: 01-what-is-onnx, 02-keras-to-onnx"):
        check_answer(name, 1)


@pytest.mark.parametrize("name", ["01-9", "01-", "01-x", "01-²"])
def test_an_exercise_that_does_not_exist_is_an_error_that_lists_them(name):
    with pytest.raises(ExerciseError, match=rf"{name!r}\. There are: 01-1, 01-2"):
        check_answer(name, 1)


def test_an_exercise_without_a_model_hands_out_none(tmp_path):
    with pytest.raises(ExerciseError, match=r"'01-1' hands out no model\. .* do: none"):
        hand_out("01-1", tmp_path / "model.onnx")
    with pytest.raises(ExerciseError, match=r"'04-1' hands out no model\. .* do: 04-3"):
        hand_out("04-1", tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([[1.0, 2.0]], "Here they are: list"),
        ({}, "Here they are: nothing"),
        ({"a": ROWS, "b": [1]}, "Here they are: ndarray, list"),
        (np.float32(3), "Here they are: float32"),
        (np.zeros(()), r"Here the shapes are \(\)"),
        ({"a": ROWS, "b": ROWS[:2]}, r"Here the shapes are \(3, 2\) and \(2, 2\)"),
    ],
)
def test_rows_of_another_kind_get_advice(rows, problem):
    with pytest.raises(StopError, match=problem):
        Given(None, rows).fed  # noqa: B018


@pytest.mark.parametrize("rows", [{"x": ROWS}, ROWS[0], ROWS.astype(int), ROWS.astype(str)])
def test_rows_that_have_to_be_a_table_get_advice(rows):
    with pytest.raises(StopError, match="one array of floating-point numbers"):
        Given(None, rows).table  # noqa: B018


@pytest.mark.parametrize(
    ("expected", "problem"),
    [([[1.0], [1.0, 2.0], []], "no array can be made"), (ROWS[:2], "is of 2"), (0.5, "a float")],
)
def test_expected_values_of_another_kind_get_advice(expected, problem):
    with pytest.raises(StopError, match=problem):
        Given(None, ROWS, expected).truth  # noqa: B018


def test_an_unknown_element_type_gets_advice():
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> '
        "g (float[N, 3] scores) => (int64[N] position) "
        "{ position = ArgMax<axis = 1, keepdims = 0>(scores) }"
    )
    assert check_answer("01-2", model)
    model.graph.input[0].type.tensor_type.elem_type = 99
    result = check_answer("01-2", model)
    assert [part.name for part in result.parts if part.advice] == ["valid", "answers"]


@pytest.mark.parametrize("answer", [("opset", "1.12", 8), (" phiên bản opset ", "1.12.0", "8")])
def test_the_form_of_a_right_answer_does_not_matter(answer):
    assert check_answer("01-1", answer).passed


def test_another_version_is_not_taken_for_the_opset():
    assert not check_answer("01-1", ("IR version, not the opset", "1.12", 8)).passed
