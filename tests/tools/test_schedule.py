"""The plans of the workshop add up, name what the chapters have, and stand on the page."""

import copy
import re
from itertools import pairwise

import jupytext
import notebooks
import pytest
import schedule
from error_index import CHAPTERS

DATA = schedule.read_data()
MINUTES = schedule.all_minutes()
PLANS = {plan["name"]: plan for plan in DATA["plans"]}
PAGE = schedule.PAGE.read_text(encoding="utf-8")
SOURCES = notebooks.chapter_sources([])
COMMAND = "run: .venv/bin/python tools/schedule.py"


def broken(change):
    """A copy of the data after a change that makes it wrong."""
    data = copy.deepcopy(DATA)
    change(data)
    return schedule.problems(data, MINUTES)


def test_all_derived_places_say_what_the_data_and_the_metadata_say():
    assert schedule.stale() == [], COMMAND


def test_a_change_of_the_metadata_makes_each_derived_place_stale(monkeypatch):
    longer = copy.deepcopy(MINUTES)
    longer["02-keras-to-onnx"]["teach"] = 54
    monkeypatch.setattr(schedule, "all_minutes", lambda: longer)
    found = set(schedule.stale())
    assert {"02-keras-to-onnx.md, row Time", "index.md, cards"} <= found
    assert {f"teach-this.md [{name}]" for name in ("minutes", "half day", "full day")} <= found
    assert not any(place.startswith(("01-", "03-", "04-")) for place in found)
    with pytest.raises(schedule.ScheduleError, match=r"full day: ends at 17:09 instead of 17:00"):
        schedule.derive()


def test_the_plans_have_no_problem():
    assert schedule.problems(DATA, MINUTES) == []


@pytest.mark.parametrize("name", PLANS)
def test_each_plan_begins_and_ends_as_it_says_and_each_item_follows_the_one_before(name):
    plan = PLANS[name]
    items = schedule.schedule(plan, DATA, MINUTES)
    assert schedule.to_clock(items[0].start) == plan["starts"]
    assert schedule.to_clock(items[-1].end) == plan["ends"]
    for before, after in pairwise(items):
        assert after.start == before.end
    total = schedule.to_minutes(plan["ends"]) - schedule.to_minutes(plan["starts"])
    assert sum(item.minutes for item in items) == total


def test_the_full_day_takes_all_minutes_of_all_chapters():
    items = schedule.schedule(PLANS["full day"], DATA, MINUTES)
    for chapter, minutes in MINUTES.items():
        of_chapter = [item for item in items if item.what.get("chapter") == chapter]
        practice = sum(item.minutes for item in of_chapter if item.what["kind"] == "exercise")
        teach = sum(
            item.minutes for item in of_chapter if item.what["kind"] in ("show", "live-code")
        )
        assert {"teach": teach, "practice": practice} == minutes


def test_the_half_day_holds_a_part_and_says_what_it_leaves_out():
    items = schedule.schedule(PLANS["half day"], DATA, MINUTES)
    assert schedule.unequal_sums(items, MINUTES)
    left_out = schedule.left_out(items, MINUTES)
    assert left_out.strip().count("\n") == len(MINUTES) - 1
    assert (
        "the rest of [It does not run](../04-inference-pitfalls.ipynb#it-does-not-run)" in left_out
    )


def test_each_chapter_has_a_part_in_each_plan_and_a_name():
    for plan in PLANS.values():
        items = schedule.schedule(plan, DATA, MINUTES)
        assert {item.what["chapter"] for item in items if "chapter" in item.what} == set(MINUTES)
    assert set(MINUTES) == set(CHAPTERS)


def test_every_block_is_in_a_plan():
    used = {entry for plan in PLANS.values() for entry in plan["items"] if isinstance(entry, str)}
    assert used == set(DATA["blocks"])


def test_every_question_stands_once_on_the_page_and_has_two_answers_or_more():
    for block in DATA["blocks"].values():
        if block["kind"] != "exercise":
            assert PAGE.count(f"\n### {block['ask']}\n") == 1
            assert len(block["answers"]) >= 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data["plans"][0]["items"].pop(), "ends at"),
        (lambda data: data["plans"][1].update(ends="17:05"), "ends at 17:00 instead of 17:05"),
        (lambda data: data["plans"][1]["items"][9].update(kind="talk"), "no break from"),
        (lambda data: data["blocks"]["keras-path"].update(headings=["Gone"]), "no heading 'Gone'"),
        (lambda data: data["blocks"]["keras-debug"].update(exercises=[99]), "no exercise 99"),
        (lambda data: data["blocks"]["keras-path"].pop("ask"), "has a question"),
        (lambda data: data["blocks"]["keras-path"]["late"].update(saves=99), "saves more than"),
        (
            lambda data: data["blocks"]["keras-debug"].update(
                late={"exercises": [3], "do": "drop", "saves": 1}
            ),
            "no exercise is left",
        ),
        (lambda data: data["blocks"]["keras-recall"]["late"].update(exercises=[4]), "drops [4]"),
        (lambda data: data["blocks"]["keras-path"].update(share="2/9"), "to teach 02-keras"),
        (
            lambda data: data["plans"][1]["items"].remove("sklearn-recall"),
            "40 minutes to practice 03-sklearn-to-onnx, whose metadata say 45",
        ),
    ],
)
def test_what_does_not_add_up_is_named(change, message):
    assert any(message in problem for problem in broken(change))


def test_a_share_that_is_no_whole_minute_says_what_to_change():
    data = copy.deepcopy(DATA)
    data["blocks"]["keras-path"]["share"] = "1/7"
    with pytest.raises(schedule.ScheduleError, match=r"keras-path: 1/7 of 45 minutes"):
        schedule.problems(data, MINUTES)


@pytest.mark.parametrize(
    "metadata",
    [
        "kernelspec: {}",
        "minutes: {teach: 45}",
        "minutes: {teach: 45, practice: 0}",
        "minutes: {teach: 45, practice: half an hour}",
        "minutes: {teach: 45, practice: 30, rest: 5}",
    ],
)
def test_minutes_that_are_missing_or_no_numbers_are_refused(metadata, tmp_path):
    source = tmp_path / "05-new.md"
    source.write_text(f"---\n{metadata}\n---\n\n# New\n", encoding="utf-8")
    with pytest.raises(schedule.ScheduleError, match=r"05-new\.md: expected 'minutes'"):
        schedule.read_minutes(source)


def test_a_change_of_the_metadata_reaches_the_chapter_and_the_landing_page():
    row = "| **Time** | 45 minutes to read, 35 minutes for the exercises; a word more |\n"
    changed = schedule.with_time_row(row, {"teach": 50, "practice": 20})
    assert changed == row.replace("45", "50").replace("35", "20")
    with pytest.raises(schedule.ScheduleError, match="found 0"):
        schedule.with_time_row("| **Time** | long |\n", {"teach": 50, "practice": 20})

    index = schedule.INDEX.read_text(encoding="utf-8")
    longer = copy.deepcopy(MINUTES)
    longer["02-keras-to-onnx"]["teach"] += 7
    before, after = index.splitlines(), schedule.with_cards(index, longer).splitlines()
    lines = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    total = sum(MINUTES["02-keras-to-onnx"].values())
    assert lines == [(f"{total} minutes", f"{total + 7} minutes")]
    with pytest.raises(schedule.ScheduleError, match="expected one card"):
        schedule.with_cards(index.replace(":link: chapters/03-", ":link: chapters/33-"), MINUTES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_formatter_of_the_chapters_keeps_the_minutes(source, tmp_path):
    written = jupytext.writes(jupytext.read(source, fmt="md:myst"), fmt="md:myst")
    copied = tmp_path / source.name
    copied.write_text(written, encoding="utf-8")
    assert schedule.read_minutes(copied) == MINUTES[source.stem]


def test_the_commands_on_the_page_exist():
    makefile = (notebooks.ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (notebooks.ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)`", PAGE))
    assert {"book", "test"} <= targets
    for target in targets:
        assert f"\n{target}:" in makefile
    for line in re.findall(
        r"^(?:python3|\.venv/bin/python) -m (?:venv|pip) .*$", PAGE, re.MULTILINE
    ):
        assert line in readme
    assert "python -m helpers.preflight" in PAGE
    assert (notebooks.ROOT / "helpers" / "preflight.py").exists()


def test_the_answers_of_the_quiz_that_the_page_quotes_are_in_a_quiz():
    folder = notebooks.ROOT / "helpers" / "data" / "quizzes"
    quizzes = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
    quoted = re.findall(r'^\| "(.+?)" \|', PAGE, re.MULTILINE)
    assert len(quoted) >= 4
    for answer in quoted:
        assert f'text = "{answer}"' in quizzes


def test_the_links_of_the_page_land_on_headings_of_the_chapters_and_of_the_page():
    anchors = {
        chapter: {
            notebooks.anchor(heading)
            for section in schedule.sections(chapter).values()
            for heading in section
        }
        for chapter in MINUTES
    }
    links = re.findall(r"\]\(\.\./([\w-]+)\.ipynb#([\w-]+)\)", PAGE)
    assert len(links) > 50
    for chapter, target in links:
        assert target in anchors[chapter], f"{chapter}#{target}"
    here = {
        notebooks.anchor(heading) for heading in re.findall(r"^#{2,3} (.+)$", PAGE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(#([\w-]+)\)", PAGE):
        assert target in here
