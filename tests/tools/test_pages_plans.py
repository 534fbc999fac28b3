"""The plans of the workshop add up, name what the chapters have, and stand on the page."""

import re
from itertools import pairwise

import pytest

from tests.books import write_book
from tools import environment
from tools.chapters import ROOT, ChapterError, anchor, read_book
from tools.pages import guide, plans
from tools.pages.blocks import fill
from tools.workshop import kit_install

BOOK = read_book()
PLANS = plans.Plans(BOOK)
NAMES = [plan["name"] for plan in PLANS.plans]
PAGES = [ROOT / "chapters" / "appendix" / f"{name}.md" for name in ("prepare", "in-the-room")]
PREPARE, ROOM = [path.read_text(encoding="utf-8") for path in PAGES]
TEXT = PREPARE + ROOM
ADDRESS = "https://github.com/some-school/onnx-workshop"
FILLED = fill(TEXT, guide.values(BOOK, ADDRESS), "guide")

# A book of two lessons, of which one has a plan.
SOURCE = """\
---
lesson:
  short: {short}
---

# {short} lesson

## First steps

```{{code-cell}} ipython3
1 + 1
```

### In detail

## Second steps

+++ {{"tags": ["exercises"]}}

## Tasks

+++ {{"tags": ["exercise-1"]}}

### Add two

+++ {{"tags": ["exercise-2"]}}

### Add three

+++ {{"tags": ["quiz"]}}

## Ask yourself
"""
BLOCKS = """\
start:
  kind: show
  sections: [first-steps]
  minutes: 20
  do: Show it.
  ask: What comes?
  answers: [{said: "2", reply: "Yes."}, {said: "11", reply: "No."}]
  late: {do: "Say it", saves: 5}
go-on:
  kind: show
  sections: [second-steps]
  minutes: 10
  do: Go on.
  ask: What next?
  answers: [{said: "3", reply: "Yes."}, {said: "4", reply: "No."}]
try-it:
  kind: exercise
  exercises: [1]
  minutes: 15
  do: Try it.
"""
PLAN = """\
- name: short day
  starts: "9:00"
  ends: "10:00"
  items:
    - {kind: talk, minutes: 5, do: "Welcome."}
    - start
    - go-on
    - try-it
    - {kind: quiz, minutes: 5, chapter: one, do: "Count hands."}
    - {kind: talk, minutes: 5, do: "Thanks."}
- name: next day
  continues: short day
  starts: "9:00"
  ends: "9:15"
  items:
    - {kind: show, minutes: 10, chapter: one, sections: [in-detail], do: "Show it."}
    - {kind: exercise, minutes: 5, chapter: two, exercises: [2], do: "Alone."}
"""


@pytest.fixture
def small(tmp_path):
    """Write a small book whose blocks or plan may be changed; return its plans."""

    def small(old="", new=""):
        blocks, plan = (text.replace(old, new, 1) if old else text for text in (BLOCKS, PLAN))
        assert not old or (blocks, plan) != (BLOCKS, PLAN)
        names = ("one", "two")
        book = write_book(tmp_path, {name: SOURCE.format(short=name.title()) for name in names})
        for name, text in (("one/plan.yml", blocks), ("appendix/plans.yml", plan)):
            path = tmp_path / "chapters" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return plans.Plans(book)

    return small


def test_the_plans_of_the_book_have_no_problem():
    assert PLANS.problems() == []


@pytest.mark.parametrize("plan", PLANS.plans, ids=NAMES)
def test_each_plan_begins_and_ends_as_it_says_and_each_item_follows_the_one_before(plan):
    items = PLANS.items(plan)
    assert plans.to_clock(items[0].start) == plan["starts"]
    assert plans.to_clock(items[-1].end) == plan["ends"]
    assert all(after.start == before.end for before, after in pairwise(items))


def test_every_block_is_in_a_plan():
    used = {entry for plan in PLANS.plans for entry in plan["items"] if isinstance(entry, str)}
    assert used == set(PLANS.blocks)


def test_every_question_stands_once_on_the_page_and_has_two_answers_or_more():
    for block in PLANS.blocks.values():
        if block["kind"] != "exercise":
            assert FILLED.count(f"\n### {block['ask']}\n") == 1
            assert len(block["answers"]) >= 2


def test_a_lesson_without_a_plan_costs_nothing(small):
    assert small().problems() == []
    assert values(small())["left out short-day"] == (
        "- One: the rest of [First steps](../one.ipynb#first-steps), "
        "[exercise 2](../one.ipynb#tasks)"
    )


def test_the_next_day_leaves_out_what_neither_day_reaches(small):
    assert values(small())["left out next-day"].splitlines() == [
        "- One: [exercise 2](../one.ipynb#tasks)",
        "- Two: [First steps](../two.ipynb#first-steps), [Second steps](../two.ipynb#second-steps)"
        ", [exercise 1](../two.ipynb#tasks)",
    ]


def values(given):
    """Blocks of the page of a small book."""
    return guide.values(given.book, ADDRESS)


def test_tables_name_sections_by_their_titles(small):
    table = values(small())["plan short-day"].splitlines()
    assert table[3] == (
        "| 9:05 | 20 | **Show.** One, [First steps](../one.ipynb#first-steps). Show it."
        "<br>*Ask:* [What comes?](#what-comes) |"
    )
    assert table[5].startswith(
        "| 9:35 | 15 | **Exercise.** One, [exercise 1](../one.ipynb#tasks)."
    )
    assert table[6].startswith("| 9:50 | 5 | **Quiz.** One, [Ask yourself](../one.ipynb#ask-your")
    assert values(small())["when late short-day"].endswith(
        "| 9:05 | One. Say it | 5 |\n|  | all of these | 5 |"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('ends: "10:00"', 'ends: "10:05"', "short day: ends at 10:00 instead of 10:05"),
        ('minutes: 5, do: "Thanks', 'minutes: 65, do: "Thanks', "no break from 9:00"),
        ("[first-steps]", "[gone]", "one/plan.yml: start: one has no section #gone; there are:"),
        ("exercises: [1]", "exercises: [9]", "try-it: one has no exercise 9, it has [1, 2]"),
        ("  ask: What comes?\n", "", "start: a part that is taught has sections, a question"),
        ("saves: 5", "saves: 50", "at 9:05: saves more than the 20"),
        ("Try it.", 'Try.\n  late: {exercises: [1], do: "No", saves: 1}', "no exercise is left"),
        ("Try it.", 'Try.\n  late: {exercises: [2], do: "No", saves: 1}', "drops [2] when late"),
        ("    - go-on\n", "", "ends at 9:50 instead of 10:00"),
        (
            "chapter: one, do",
            "chapter: appendix, do",
            "no chapter 'appendix'; there are: one, two",
        ),
        ("    - start\n", "    - begin\n", "no chapter's plan.yml has a block 'begin'"),
        (
            "continues: short day",
            "continues: a day",
            "continues 'a day', and there is no such plan",
        ),
        ("[in-detail]", "[gone]", "next day: one has no section #gone; there are: "),
        ("exercises: [2]", "exercises: [9]", "next day: two has no exercise 9, it has [1, 2]"),
        ("minutes: 20", "minutes: 2/3", "start needs minutes, a whole number; found 2/3"),
        ("kind: show", "kind: film", "start needs a kind: one of show"),
    ],
)
def test_what_does_not_add_up_is_named(small, old, new, message):
    with pytest.raises(ChapterError, match=re.escape(message)):
        small(old, new).check()


def test_the_commands_on_the_page_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)`", TEXT))
    assert {"book", "test"} <= targets
    for target in targets:
        assert f"\n{target}:" in makefile
    for module in set(re.findall(r"python -m ([a-z_.]+)", TEXT)) - {"http.server"}:
        path = ROOT / module.replace(".", "/")
        assert path.exists() or path.with_suffix(".py").exists(), module


def test_the_answers_of_the_quiz_that_the_page_quotes_are_in_a_quiz():
    quizzes = "".join(
        path.read_text(encoding="utf-8") for path in ROOT.glob("chapters/*/quiz.toml")
    )
    quoted = re.findall(r'^\| "(.+?)" \|', TEXT, re.MULTILINE)
    assert len(quoted) >= 4
    for answer in quoted:
        assert f'text = "{answer}"' in quizzes


def test_the_links_of_the_page_land_on_sections_of_the_chapters_and_of_the_page():
    anchors = {chapter.name: {section.anchor for section in chapter.sections} for chapter in BOOK}
    links = re.findall(r"\]\(\.\./([\w/-]+)\.ipynb#([\w-]+)\)", FILLED)
    assert len(links) > 50
    for chapter, target in links:
        assert target in anchors[chapter], f"{chapter}#{target}"
    here = {anchor(heading) for heading in re.findall(r"^#{2,3} (.+)$", FILLED, re.MULTILINE)}
    for target in re.findall(r"\]\((?:in-the-room\.md|prepare\.md)?#([\w-]+)\)", FILLED):
        assert target in here


def test_the_sizes_in_the_mail_are_those_that_the_tools_check():
    download = re.search(r"about \d+ MB", environment.SIZE)[0]
    assert download in PREPARE
    [disk] = re.findall(r"(\d+) GB of free disk", PREPARE)
    assert int(disk) * 1e9 > kit_install.DISK_NEEDED
