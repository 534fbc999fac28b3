"""What the checks of every chapter's exercises have to hold, and models to try them with.

``chapters/NAME/test_checks.py`` derives a class from `Checks` and gives it answers: right ones,
wrong ones with the parts that must not pass, and words that no advice may give away.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import EllipsisType
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import compose, numpy_helper, parser

from classroom.answers import WIDTH, AnswerCheck, check_answer, hand_out
from classroom.given import Given
from classroom.lessons import find_file, read_checks
from helpers import DIGITS_MODEL
from tools.chapters import read_book

NO_ANSWER = "No answer yet: put it into `{}_{}`, and run this cell again."
NO_MODELS: tuple[Any, ...] = (17, "no-such-file.onnx", b"", onnx.ModelProto(), [], "text")
ARRAYS: tuple[Any, ...] = (np.zeros(3), np.array("a"))
ODD: tuple[Any, ...] = (0, "", b"x", [], {}, set(), (..., ...), *ARRAYS, len, object())
ODD_ROWS: tuple[Any, ...] = (
    *ODD,
    [[1.0, 2.0]],
    np.float32(1),
    np.zeros((2, 2), int),
    {"x": 3},
    {"x": np.zeros(())},
    {"x": np.zeros(2), "y": np.zeros(3)},
    [[1.0], [1.0, 2.0]],
)


class Checks:
    """Tests of one chapter's checks; a chapter derives a class and fills in its answers.

    Attributes
    ----------
    chapter : str
        Name of the chapter.
    right : dict of int to object
        The right answer to each exercise.
    given : dict of int to dict
        What else `check_answer` gets, where it is needed: ``rows``, ``expected``.
    wrong : list of (int, object, list of str)
        Exercise, plausible wrong answer, names of the parts that are not right.
    secrets : dict of int to list of str
        Words that are the answer, and that no advice may say.
    """

    chapter: str
    right: Mapping[int, Any]
    given: Mapping[int, dict[str, Any]] = {}
    wrong: Sequence[tuple[int, Any, list[str]]]
    secrets: Mapping[int, list[str]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each exercise, or for each wrong answer."""
        if "number" in metafunc.fixturenames:
            metafunc.parametrize("number", list(read_exercises(self.chapter)))
        if "mistake" in metafunc.fixturenames:
            names = [f"{number}-{'-'.join(parts)}" for number, _, parts in self.wrong]
            metafunc.parametrize("mistake", self.wrong, ids=names)

    def check(self, number: int, answer: object, **changed: object) -> AnswerCheck:
        """Check an answer with what the exercise gives."""
        return check_answer(
            f"{self.chapter}-{number}", answer, **{**self.given.get(number, {}), **changed}
        )

    def assert_advice_teaches(self, number: int, result: AnswerCheck) -> None:
        """Advice is short, names sections that exist, and keeps the secrets of its exercise."""
        [chapter] = read_book().choose([self.chapter])
        titles = {section.title for section in chapter.sections}
        for part in result.parts:
            if not part.advice:
                continue
            assert 40 <= len(part.advice) <= 300, part.advice
            assert part.advice[0].isupper() or part.advice[0] in "`h", part.advice
            assert part.advice[-1] in ".?", part.advice
            assert set(re.findall(r'"([^"]+)"', part.advice)) <= titles, part.advice
            for secret in self.secrets[number]:
                pattern = rf"(?<![\w.]){re.escape(secret)}(?![\w.]\w)"
                assert not re.search(pattern, part.advice), (secret, part.advice)
        assert max(map(len, str(result).splitlines())) <= WIDTH, str(result)

    def test_the_right_answer_is_right_in_every_part(self, number: int) -> None:
        """And the parts are those of the chapter, in their order."""
        result = self.check(number, self.right[number])
        assert result.passed, str(result)
        assert [part.name for part in result.parts] == [
            name for name, _ in read_exercises(self.chapter)[number]
        ]
        assert str(result).startswith(f"exercise {self.chapter}-{number}: solved\n")

    def test_a_wrong_answer_gets_advice_that_does_not_give_the_answer_away(
        self, mistake: tuple[int, Any, list[str]]
    ) -> None:
        """The parts that are wrong, and no others, say so."""
        number, answer, parts = mistake
        result = self.check(number, answer)
        assert not_right(result) == parts, str(result)
        self.assert_advice_teaches(number, result)

    def test_each_exercise_is_tried_with_wrong_answers_and_has_secrets(self, number: int) -> None:
        """A check that takes everything would pass the other tests."""
        assert number in self.right
        assert self.secrets[number]
        assert [wrong for wrong, *_ in self.wrong].count(number) >= 2

    @pytest.mark.parametrize("nothing", [..., None])
    def test_without_an_answer_it_says_where_to_put_it(
        self, number: int, nothing: EllipsisType | None
    ) -> None:
        """Also where rows or what is expected for them are missing."""
        result = self.check(number, nothing)
        assert not result
        assert str(result) == repr(result) == NO_ANSWER.format("answer", number)
        for name in self.given.get(number, {}):
            result = self.check(number, self.right[number], **{name: nothing})
            assert str(result) == NO_ANSWER.format(name, number)

    def test_any_other_answer_gets_advice_and_no_error(self, number: int) -> None:
        """Whatever the type is."""
        wants_model = read_exercises(self.chapter)[number][0][0] == "model"
        for other in (*ODD, *NO_MODELS, model("() => (float[1] y) { y = Identity(w) }")):
            result = self.check(number, other)
            assert not result.passed, (other, str(result))
            self.assert_advice_teaches(number, result)
            if wants_model:
                assert not_right(result) == ["model"]

    def test_any_other_rows_and_expected_values_get_advice_and_no_error(self, number: int) -> None:
        """Whatever the type is."""
        for name in self.given.get(number, {}):
            for odd in ODD_ROWS:
                result = self.check(number, self.right[number], **{name: odd})
                assert not result.passed, (name, odd, str(result))
                self.assert_advice_teaches(number, result)


def read_exercises(chapter: str) -> dict[int, tuple]:
    """Parts of each exercise of a chapter."""
    return read_checks(find_file(chapter, "checks.py")).EXERCISES


def not_right(result: AnswerCheck) -> list[str]:
    """Names of the parts that got advice."""
    return [part.name for part in result.parts if part.advice]


def read_broken(exercise: str) -> onnx.ModelProto:
    """Model that a debug exercise hands out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "broken.onnx"
        hand_out(exercise, path)
        return onnx.load(path)


def model(text: str, opset: int = 17, **arrays: Any) -> onnx.ModelProto:
    """Make a small model from ONNX's text form, with stored arrays."""
    made = parser.parse_model(f'<ir_version: 8, opset_import: ["": {opset}]> g {text}')
    for name, array in arrays.items():
        made.graph.initializer.append(numpy_helper.from_array(np.asarray(array), name))
    return made


def digits_model() -> onnx.ModelProto:
    """Model that travels with the book."""
    return onnx.load(DIGITS_MODEL)


def in_front_of_digits(step: str, **arrays: Any) -> onnx.ModelProto:
    """Join a step in front of the digits model; it makes ``scaled``."""
    first, second = model(step, **arrays), digits_model()
    first.ir_version = second.ir_version
    return compose.merge_models(first, second, io_map=[("scaled", "image")])


def behind_digits(step: str, outputs: list[str]) -> onnx.ModelProto:
    """Join a step behind the digits model; it takes ``scores``."""
    joined = [("probabilities", "scores")]
    return compose.merge_models(digits_model(), model(step), io_map=joined, outputs=outputs)


def run_model(made: onnx.ModelProto, rows: Any) -> list[np.ndarray]:
    """Outputs of a model for these rows."""
    return Given(made).run(rows)
