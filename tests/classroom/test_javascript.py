"""Node is found where it is, and what a program prints or fails with comes back."""

import importlib.util

import pytest

from classroom import javascript
from classroom.lessons import LessonError

pytestmark = pytest.mark.node


def test_what_a_program_prints_comes_back():
    assert javascript.run_javascript("console.log('Zürich', 7n)") == "Zürich 7n\n"


def test_a_program_that_fails_is_told_with_its_error():
    with pytest.raises(LessonError, match="ReferenceError: missing is not defined"):
        javascript.run_javascript("console.log(missing)")
    with pytest.raises(LessonError, match="SyntaxError"):
        javascript.run_javascript("function (")


def test_a_program_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(javascript, "SECONDS", 0.5)
    with pytest.raises(LessonError, match=r"stopped after 0\.5 s"):
        javascript.run_javascript("while (true);")


def test_a_program_that_fails_without_a_text_is_told():
    with pytest.raises(LessonError, match="exit code 3"):
        javascript.run_javascript("process.exit(3)")


def test_the_machines_node_is_taken_where_the_package_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert javascript.find_node() is None
    with pytest.raises(LessonError, match="needs Node"):
        javascript.run_javascript("")
    for name in ("node", "npm"):
        (tmp_path / name).touch(mode=0o755)
    assert javascript.find_node() == ([str(tmp_path / "node")], [str(tmp_path / "npm")])
