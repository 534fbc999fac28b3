"""What belongs to a lesson is found in its folder, by its name or its number."""

import pytest

from classroom import lessons
from classroom.lessons import LessonError, find_file, lessons_with, read_checks


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three lessons that have a file each."""
    for name in ("05-quantize", "05-quality", "06-serve", "reference/opsets"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "checks.py").write_text(f"EXERCISES = {{1: {name!r}}}\n")
    monkeypatch.setattr(lessons, "FOLDERS", (tmp_path / "not here", tmp_path))
    return tmp_path


def test_a_lesson_is_found_by_its_name_and_by_its_number(folder):
    assert find_file("06-serve", "checks.py") == folder / "06-serve" / "checks.py"
    assert find_file("06", "checks.py") == folder / "06-serve" / "checks.py"
    path = find_file("reference/opsets", "checks.py")
    assert read_checks(path).EXERCISES == {1: "reference/opsets"}


def test_a_lesson_that_is_not_there_is_answered_with_those_that_are(folder):
    with pytest.raises(LessonError) as caught:
        find_file("07", "checks.py")
    assert str(caught.value) == (
        "there is no checks.py of a lesson '07'. Lessons with one: 05-quality, 05-quantize, "
        "06-serve, reference/opsets"
    )
    with pytest.raises(LessonError, match=r"no quiz\.toml of a lesson '06-serve'.*one: none"):
        find_file("06-serve", "quiz.toml")


def test_a_number_of_two_lessons_asks_for_the_name(folder):
    with pytest.raises(LessonError, match="'05' can be 05-quality or 05-quantize: write the"):
        find_file("05", "checks.py")


@pytest.mark.parametrize("name", ["", "../tests", "/", ".", "0", "05-"])
def test_no_other_name_leads_out_of_the_lessons(folder, name):
    with pytest.raises(LessonError):
        find_file(name, "checks.py")


def test_the_lessons_of_the_package_come_before_those_beside_it(folder, tmp_path, monkeypatch):
    (tmp_path / "installed" / "01-one").mkdir(parents=True)
    (tmp_path / "installed" / "01-one" / "checks.py").touch()
    monkeypatch.setattr(lessons, "FOLDERS", (tmp_path / "installed", folder))
    assert list(lessons_with("checks.py")) == ["01-one"]
