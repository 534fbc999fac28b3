"""Messages in the language that the variable LANGUAGE names."""

import pytest

from classroom import check_answer, show_quiz
from classroom.messages import _
from classroom.parts import plural


@pytest.fixture
def vietnamese(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "vi")


def test_english_is_what_is_written(monkeypatch):
    monkeypatch.delenv("LANGUAGE", raising=False)
    assert _("Not quite.") == "Not quite."


def test_the_language_is_asked_for_when_a_message_is_shown(monkeypatch):
    check = check_answer("02-1", ...)
    monkeypatch.setenv("LANGUAGE", "vi:en")
    assert str(check) == "Chưa có câu trả lời: hãy gán nó vào `answer_1`, rồi chạy lại ô này."
    monkeypatch.setenv("LANGUAGE", "en")
    assert str(check).startswith("No answer yet")


def test_a_language_without_messages_is_english(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "xx")
    assert _("Right.") == "Right."


def test_no_message_is_none_in_any_language(vietnamese):
    assert _("") == ""
    assert _("Not in the catalog.") == "Not in the catalog."


def test_verdicts_and_advice_are_translated(vietnamese):
    told = str(check_answer("02-1", (18, "probabilities")))
    assert "bài tập 02-1: chưa xong" in told
    assert "opset: chưa đúng. Không phải opset" in told


def test_a_quiz_is_translated(vietnamese):
    quiz = show_quiz("01-what-is-onnx")
    assert "Đáp án" in str(quiz)
    assert "Chọn tất cả câu đúng." in quiz._repr_html_()
    assert quiz.questions[0].text not in str(quiz)


def test_counted_nouns_are_translated(vietnamese):
    assert (plural(1, "row"), plural(2, "output")) == ("1 dòng", "2 đầu ra")
