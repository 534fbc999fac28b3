"""Messages in the language that the variable LANGUAGE names."""

import os
import re
import subprocess
import sys

import pytest

from classroom import check_answer, engines, installed, machine, preflight, show_quiz, trials
from classroom.given import plural
from classroom.machine import FAIL, NOT_ASKED, OK, UNKNOWN, Finding
from classroom.messages import _, number
from tools.chapters import ROOT


@pytest.fixture
def vietnamese(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "vi")


def check_without_packages(**variables):
    """What the preflight says in Vietnamese, on a Python without the folder of packages."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "classroom.preflight"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "LANGUAGE": "vi", "PYTHONIOENCODING": "utf-8", **variables},
    )


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


def test_numbers_have_the_separators_of_the_language(vietnamese, monkeypatch):
    assert (plural(1437, "row"), number(1234.5, ",.1f")) == ("1.437 dòng", "1.234,5")
    monkeypatch.delenv("LANGUAGE")
    assert (plural(1437, "row"), number(1234.5, ",.1f")) == ("1,437 rows", "1,234.5")


# The machine check.


def test_the_machine_check_is_translated_where_packages_are_missing():
    result = check_without_packages()
    told = result.stdout.decode()
    assert (result.returncode, result.stderr) == (1, b"")
    assert told.startswith("Máy này đã sẵn sàng chưa?")
    assert re.search(r"^thư mục làm việc {6}ok {9}ghi được vào /", told, re.M)
    assert re.search(r"^ổ đĩa {17}ok {9}còn trống \d+,\d GB, cần: 0,1 GB$", told, re.M)
    assert re.search(r"^numpy {17}FAIL {7}chưa cài\. Gõ: .*pip install", told, re.M)
    assert re.search(r"^chạy một mô hình {6}bỏ qua {5}vì thiếu numpy, ", told, re.M)
    assert f"Máy chưa sẵn sàng, {len(installed.TESTED)} mục không đạt." in told
    assert told.endswith("rồi chạy lại phép kiểm tra này.\n")


def test_a_terminal_that_lacks_letters_shows_all_lines():
    result = check_without_packages(PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (1, b"")
    assert len(result.stdout.splitlines()) == len(check_without_packages().stdout.splitlines())


def test_a_machine_that_is_ready_is_told_so_in_the_language(vietnamese, monkeypatch, capsys):
    monkeypatch.setattr(preflight, "_findings", lambda: iter([Finding("disk", OK, "")]))
    assert preflight.main() == 0
    assert "Ready: máy đã sẵn sàng, kiểm tra trong 0 giây." in capsys.readouterr().out


def test_one_failed_check_is_told_in_the_language(vietnamese, monkeypatch, capsys):
    monkeypatch.setattr(preflight, "_findings", lambda: iter([Finding("disk", FAIL, "")]))
    monkeypatch.setattr(installed, "in_notebook", lambda: True)
    assert preflight.main() == 1
    told = capsys.readouterr().out
    assert "Máy chưa sẵn sàng, 1 mục không đạt." in told
    assert "khởi động lại kernel" in told


def test_memory_is_told_in_the_language(vietnamese, monkeypatch):
    monkeypatch.setattr(machine, "_free_memory", lambda: 2 * 10**9)
    text = 'còn trống 2,0 GB, cần: 1,5 GB; chỉ mục "Giới hạn 2 GB" mới cần 3,0 GB'
    assert machine.check_memory() == Finding("memory", OK, text)
    monkeypatch.setattr(machine, "_free_memory", lambda: None)
    assert machine.check_memory().text == "hệ thống này không cho biết; cần: 1,5 GB"


def test_a_missing_java_is_told_in_the_language(vietnamese, monkeypatch):
    monkeypatch.setattr(engines, "find_java", lambda: None)
    found = machine.check_java()
    assert found.status == NOT_ASKED
    assert found.text.startswith("chỉ các bài về Spark mới cần. Spark cần Java 17 trở lên")


def test_what_a_trial_found_is_told_in_the_language(vietnamese):
    chosen = trials.TRIALS[0]
    found = trials._outcome(chosen, trials._start(chosen), [])
    assert found == Finding("run a model", OK, "mô hình đọc số 3 viết tay là 3")
    assert trials._remedy(chosen, "SIGILL").startswith("CPU này quá cũ")


def test_translated_words_fit_into_their_columns(vietnamese):
    names = ["working folder", "disk", "memory", *(trial.name for trial in trials.TRIALS)]
    for name in names:
        for status in (OK, FAIL, UNKNOWN, NOT_ASKED):
            line = Finding(name, status, "text").line(colors=False)
            assert re.fullmatch(rf"{re.escape(_(name))} +{_(status)} +text", line)
            assert line.index("text") == 33
