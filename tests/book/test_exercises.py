"""Each exercise on a page has all its parts, and its stored check says what it should."""

import re

import pytest

from classroom.lessons import lessons_with
from tools.chapters import read_book
from tools.exercises import NO_ANSWER, read_exercises
from tools.notebook import code_cells, current, tags_of
from tools.source import GRADES

CHAPTERS = [chapter for chapter in read_book() if chapter.exercises]
PLACES = [
    pytest.param(chapter, number, id=f"{chapter.number}-{number}")
    for chapter in CHAPTERS
    for number in chapter.exercises
]
KINDS = ("exercise", "hint", "answer", "check", "solution")


def cells_of(chapter, number):
    """Kind of each cell of an exercise (empty if it only gives something), and the cell."""
    cells = list(chapter.cells)
    starts = [place for place, cell in enumerate(cells) if cell.number("exercise") is not None]
    [first] = [place for place in starts if cells[place].number("exercise") == number]
    last = max(
        place
        for place, cell in enumerate(cells)
        if any(cell.number(kind) == number for kind in KINDS)
    )
    found = []
    for cell in cells[first : last + 1]:
        kinds = [kind for kind in KINDS if cell.number(kind) == number]
        found += [(kind, cell) for kind in kinds or [""]]
    return found


def outputs_of(chapter, tag):
    """Text that each stored cell with a tag shows."""
    return [
        "".join(
            output.get("text", "") + output.get("data", {}).get("text/plain", "")
            for output in cell.outputs
        ).strip()
        for cell in code_cells(current(chapter))
        if tag in tags_of(cell)
    ]


def test_every_exercise_of_the_checks_stands_on_a_page_and_the_other_way_round():
    checked = {name: list(read_exercises(name)) for name in lessons_with("checks.py")}
    assert checked == {chapter.name: list(chapter.exercises) for chapter in CHAPTERS}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=str)
def test_exercises_are_numbered_and_their_grades_rise(chapter):
    assert list(chapter.exercises) == list(range(1, len(chapter.exercises) + 1))
    grades = list(chapter.exercises.values())
    assert set(grades) <= set(GRADES)
    assert grades == sorted(grades, key=GRADES.index)


@pytest.mark.parametrize(("chapter", "number"), PLACES)
def test_an_exercise_has_task_hint_answer_check_and_solution_in_this_order(chapter, number):
    kinds = [kind for kind, _ in cells_of(chapter, number) if kind]
    assert tuple(dict.fromkeys(kinds)) == KINDS
    assert all(kinds.count(kind) == 1 for kind in KINDS if kind != "solution")


@pytest.mark.parametrize(("chapter", "number"), PLACES)
def test_a_hint_is_folded_and_short(chapter, number):
    [hint] = [cell.source for kind, cell in cells_of(chapter, number) if kind == "hint"]
    [text] = re.findall(r"^<details><summary>.+</summary>\n\n(.+)\n\n</details>$", hint, re.M)
    assert 40 <= len(text) <= 400


@pytest.mark.parametrize(("chapter", "number"), PLACES)
def test_the_answer_is_left_open_and_checked_in_the_next_cell(chapter, number):
    cells = [(kind, cell) for kind, cell in cells_of(chapter, number) if kind != "hint"]
    [place] = [place for place, (kind, _) in enumerate(cells) if kind == "answer"]
    assert cells[place][1].source.startswith(f"answer_{number} = ...")
    assert cells[place + 1][0] == "check"
    call = rf'^check_answer\(\s*"{chapter.number}-{number}", answer_{number}\b'
    assert re.search(call, cells[place + 1][1].source, re.MULTILINE)


@pytest.mark.parametrize(("chapter", "number"), PLACES)
def test_the_stored_check_waits_for_an_answer_and_accepts_the_solution(chapter, number):
    assert outputs_of(chapter, f"check-{number}") == [NO_ANSWER.format("answer", number)]
    lines = outputs_of(chapter, f"solution-{number}")[-1].splitlines()
    parts = [f"  {name}: right" for name, _ in read_exercises(chapter.name)[number]]
    assert f"exercise {chapter.number}-{number}: solved" in lines
    assert lines[-len(parts) :] == parts


@pytest.mark.parametrize(("chapter", "number"), PLACES)
def test_a_debug_exercise_hands_something_out(chapter, number):
    if chapter.exercises[number] == "debug":
        kinds = [kind for kind, _ in cells_of(chapter, number)]
        assert "" in kinds[: kinds.index("answer")]


@pytest.mark.parametrize(("chapter", "number"), PLACES)
def test_code_of_an_exercise_is_short(chapter, number):
    for _, cell in cells_of(chapter, number):
        if cell.kind == "code":
            lines = cell.source.splitlines()
            assert len(lines) <= 16, cell.source
            assert max(map(len, lines)) <= 76, cell.source
