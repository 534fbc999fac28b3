"""Derive the plans of a workshop from data, and the minutes from the chapters.

Each chapter says once, in the metadata on top of its source, how many minutes it takes to teach
and to practice. Derived from them are the row "Time" of the chapter, the card on the landing
page, and the tables of ``chapters/appendix/teach-this.md``. What happens in these minutes stands
in ``schedule.yml`` beside that page: blocks, which are a part of a chapter each, and plans, which
are made of blocks. Edit the metadata or the data, run this, commit what changed.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import notebooks
import yaml
from error_index import CHAPTERS, table
from repository import Place

DATA = notebooks.CHAPTERS / "appendix" / "schedule.yml"
PAGE = notebooks.CHAPTERS / "appendix" / "teach-this.md"
INDEX = notebooks.ROOT / "index.md"

LONGEST_WITHOUT_BREAK = 90
# What a teacher does in a part of a chapter, and whose minutes that takes.
MINUTES_OF = {"show": "teach", "live-code": "teach", "exercise": "practice"}
NAMES = {
    "show": "Show",
    "live-code": "Live-code",
    "exercise": "Exercise",
    "talk": "Talk",
    "quiz": "Quiz",
    "break": "Break",
}
NO_LESSONS = ("Set up", "Exercises", "Quiz", "Take-away")

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
TIME_ROW = re.compile(r"^(\| \*\*Time\*\* \| )\d+ minutes to read, \d+ minutes for", re.MULTILINE)


class ScheduleError(Exception):
    """Data that make no plan: what was expected, what came, what to do."""


@dataclass(frozen=True)
class Item:
    """One row of a plan: when it starts (minutes after midnight), how long, and what it is."""

    start: int
    minutes: int
    what: dict

    @property
    def end(self) -> int:
        """When it is over, in minutes after midnight."""
        return self.start + self.minutes


def read_data(path: Path = DATA) -> dict:
    """Blocks by name, and the plans."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_minutes(source: Path) -> dict[str, int]:
    """Minutes of a chapter, ``teach`` and ``practice``, from the metadata on top of its source.

    Raises
    ------
    ScheduleError
        When they are missing, or are no whole numbers above zero.
    """
    metadata = FRONT_MATTER.match(source.read_text(encoding="utf-8"))
    minutes = (yaml.safe_load(metadata[1]) if metadata else {}).get("minutes", {})
    kinds = sorted(set(MINUTES_OF.values()))
    if sorted(minutes) != kinds or not all(
        type(value) is int and value > 0 for value in minutes.values()
    ):
        raise ScheduleError(
            f"{source.name}: expected 'minutes' with {' and '.join(kinds)}, whole numbers, in the "
            f"metadata on top; found {minutes or 'none'}"
        )
    return minutes


def all_minutes() -> dict[str, dict[str, int]]:
    """Minutes of every chapter, by its name."""
    return {source.stem: read_minutes(source) for source in notebooks.chapter_sources([])}


@cache
def source_of(chapter: str) -> str:
    """Text of a chapter's source."""
    return (notebooks.CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8")


def sections(chapter: str) -> dict[str, list[str]]:
    """Headings below each section of a chapter, the section's own included."""
    text = re.sub(r"^```.*?^```", "", source_of(chapter), flags=re.MULTILINE | re.DOTALL)
    found: dict[str, list[str]] = {}
    for mark, heading in re.findall(r"^(##|###) (.+)$", text, re.MULTILINE):
        if mark == "##":
            found[heading] = []
        found[list(found)[-1]].append(heading)
    return found


def exercises(chapter: str) -> list[int]:
    """Numbers of the exercises of a chapter, which are those of their solutions."""
    text = source_of(chapter).split("\n## Exercises\n")[-1]
    return sorted({int(number) for number in re.findall(r"\bSolution (\d+)\b", text)})


def to_minutes(clock: str) -> int:
    """Minutes after midnight: 9:30 is 570."""
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def to_clock(minutes: int) -> str:
    """Time of day: 570 is 9:30."""
    return f"{minutes // 60}:{minutes % 60:02}"


def length(what: dict, minutes: dict) -> int:
    """Minutes that an item takes: its own, or its share of those of its chapter.

    Raises
    ------
    ScheduleError
        When the share is no whole number of minutes.
    """
    if "minutes" in what:
        return what["minutes"]
    of_chapter = minutes[what["chapter"]][MINUTES_OF[what["kind"]]]
    taken = Fraction(what["share"]) * of_chapter
    if taken.denominator != 1:
        raise ScheduleError(
            f"{what['name']}: {what['share']} of {of_chapter} minutes is no whole number; "
            f"change its share in {DATA.name}, or the minutes of {what['chapter']}"
        )
    return int(taken)


def schedule(plan: dict, data: dict, minutes: dict) -> list[Item]:
    """Items of a plan, each with its start."""
    items: list[Item] = []
    start = to_minutes(plan["starts"])
    for entry in plan["items"]:
        what = entry if isinstance(entry, dict) else {**data["blocks"][entry], "name": entry}
        items.append(Item(start, length(what, minutes), what))
        start = items[-1].end
    return items


def problems(data: dict, minutes: dict) -> list[str]:
    """Everything that is wrong with the blocks and the plans, a line each."""
    found = [
        problem
        for name, block in data["blocks"].items()
        for problem in problems_of_block(name, block)
    ]
    for plan in data["plans"]:
        items = schedule(plan, data, minutes)
        found += [f"{plan['name']}: {problem}" for problem in problems_of_plan(plan, items)]
        if plan["complete"]:
            found += [f"{plan['name']}: {text}" for text in unequal_sums(items, minutes)]
    return found


def problems_of_block(name: str, block: dict) -> list[str]:
    """What a block names and the chapter does not have; what it lacks."""
    if block["kind"] == "exercise":
        there = exercises(block["chapter"])
        found = [
            f"{name}: {block['chapter']} has no exercise {number}, it has {there}"
            for number in block["exercises"]
            if number not in there
        ]
        dropped = block.get("late", {}).get("exercises", [])
        if not set(dropped) <= set(block["exercises"]):
            found.append(f"{name}: drops {dropped} when late, and has {block['exercises']}")
        return found
    found = missing_headings(name, block)
    if not block.get("ask") or not block.get("answers"):
        found.append(f"{name}: a part that is taught has a question and the answers to it")
    return found


def missing_headings(name: str, what: dict) -> list[str]:
    """Headings that a block or a quiz names and its chapter does not have."""
    there = {heading for group in sections(what["chapter"]).values() for heading in group}
    return [
        f"{name}: {what['chapter']} has no heading {heading!r}"
        for heading in headings_of(what)
        if heading not in there
    ]


def problems_of_plan(plan: dict, items: list[Item]) -> list[str]:
    """A wrong end, a break too late, and what does not work out when late."""
    found = []
    if items[-1].end != to_minutes(plan["ends"]):
        found.append(f"ends at {to_clock(items[-1].end)} instead of {plan['ends']}")
    begun = items[0].start
    for item in items:
        if item.what["kind"] == "break":
            begun = item.end
        elif item.end - begun > LONGEST_WITHOUT_BREAK:
            found.append(
                f"no break from {to_clock(begun)} to {to_clock(item.end)}, more than "
                f"{LONGEST_WITHOUT_BREAK} minutes"
            )
            begun = item.end
    for item in items:
        if item.what["kind"] == "quiz":
            found += missing_headings("quiz", item.what)
        if item.what.get("late", {}).get("saves", 0) > item.minutes:
            found.append(f"{item.what['name']}: saves more than the {item.minutes} it takes")
    return found + chapters_without_exercise(items)


def chapters_without_exercise(items: list[Item]) -> list[str]:
    """Chapters of a plan of which no exercise is left when all is dropped that may be."""
    kept: dict[str, set[int]] = {}
    for item in items:
        if item.what["kind"] == "exercise":
            dropped = item.what.get("late", {}).get("exercises", [])
            kept.setdefault(item.what["chapter"], set()).update(
                set(item.what["exercises"]) - set(dropped)
            )
    return [
        f"{chapter}: when late, no exercise is left" for chapter, left in kept.items() if not left
    ]


def unequal_sums(items: list[Item], minutes: dict) -> list[str]:
    """Chapters whose parts in a plan are more or less than all of its minutes."""
    planned: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item.what["kind"] in MINUTES_OF:
            planned[item.what["chapter"], MINUTES_OF[item.what["kind"]]] += item.minutes
    return [
        f"{planned[chapter, kind]} minutes to {kind} {chapter}, whose metadata say {wanted}"
        for chapter, kinds in minutes.items()
        for kind, wanted in kinds.items()
        if planned[chapter, kind] != wanted
    ]


def link(chapter: str, heading: str) -> str:
    """Link from the page to a heading of a chapter."""
    return f"[{heading}](../{chapter}.ipynb#{notebooks.anchor(heading)})"


def headings_of(what: dict) -> list[str]:
    """Headings of a chapter that an item is about."""
    return ["Quiz"] if what["kind"] == "quiz" else what.get("headings", [])


def numbers(values: list[int]) -> str:
    """Exercises in words: 1; 1 and 3; 1, 2 and 3."""
    *first, last = map(str, values)
    return f"{', '.join(first)} and {last}" if first else last


def exercises_link(chapter: str, values: list[int]) -> str:
    """Link from the page to exercises of a chapter."""
    word = "exercise" if len(values) == 1 else "exercises"
    return f"[{word} {numbers(values)}](../{chapter}.ipynb#exercises)"


def lines(rows: list[str]) -> str:
    """Text of a block of the page."""
    return "\n".join(["", *rows, "", ""])


def minutes_table(minutes: dict) -> str:
    """Table of the minutes of all chapters, with their sums."""
    rows = [
        (
            f"[{CHAPTERS[chapter]}](../{chapter}.ipynb)",
            *map(str, (each["teach"], each["practice"], sum(each.values()))),
        )
        for chapter, each in minutes.items()
    ]
    teach = sum(each["teach"] for each in minutes.values())
    practice = sum(each["practice"] for each in minutes.values())
    rows.append(("all", *map(str, (teach, practice, teach + practice))))
    return lines(table(("chapter", "teach", "practice", "sum"), rows))


def plan_table(items: list[Item]) -> str:
    """Table of a plan: when, how long, what, and what to ask."""
    rows = [(to_clock(item.start), str(item.minutes), cell(item.what)) for item in items]
    rows.append((to_clock(items[-1].end), "", "End"))
    return lines(table(("time", "min", "what you do"), rows))


def cell(what: dict) -> str:
    """What happens in an item: its kind, where it stands, what to do, what to ask."""
    kind = NAMES[what["kind"]]
    if "chapter" not in what:
        return f"**{kind}.** {what['do']}"
    chapter = what["chapter"]
    if what["kind"] == "exercise":
        place = exercises_link(chapter, what["exercises"])
    else:
        place = ", ".join(link(chapter, heading) for heading in headings_of(what))
    text = f"**{kind}.** {CHAPTERS[chapter]}, {place}. {what['do']}"
    if "ask" in what:
        text += f"<br>*Ask:* [{what['ask']}](#{notebooks.anchor(what['ask'])})"
    return text


def late_table(items: list[Item]) -> str:
    """Table of what to drop when late, in the order of the plan, and what each saves."""
    shortened = [item for item in items if "late" in item.what]
    rows = [
        (
            to_clock(item.start),
            f"{CHAPTERS[item.what['chapter']]}. {item.what['late']['do']}",
            str(item.what["late"]["saves"]),
        )
        for item in shortened
    ]
    saved = sum(item.what["late"]["saves"] for item in shortened)
    rows.append(("", "all of these", str(saved)))
    return lines(table(("at", "drop", "min saved"), rows))


def left_out(items: list[Item], minutes: dict) -> str:
    """List of the sections and exercises of each chapter that a plan does not reach."""
    shown = {
        (item.what["chapter"], heading)
        for item in items
        for heading in item.what.get("headings", [])
    }
    done = {
        (item.what["chapter"], number)
        for item in items
        for number in item.what.get("exercises", [])
    }
    rows = []
    for chapter in minutes:
        rest = []
        for section, headings in sections(chapter).items():
            if section in NO_LESSONS:
                continue
            taken = [heading for heading in headings if (chapter, heading) in shown]
            if not taken:
                rest.append(link(chapter, section))
            elif not set(headings[1:]) <= set(taken):  # the first one is the section's own
                rest.append(f"the rest of {link(chapter, section)}")
        homework = [number for number in exercises(chapter) if (chapter, number) not in done]
        if homework:
            rest.append(exercises_link(chapter, homework))
        if rest:
            rows.append(f"- {CHAPTERS[chapter]}: {', '.join(rest)}")
    return lines(rows)


def questions(data: dict) -> str:
    """Every question of a block as a heading, with the answers that people give."""
    rows = []
    for block in data["blocks"].values():
        if "ask" not in block:
            continue
        place = link(block["chapter"], block["headings"][0])
        rows += [f"### {block['ask']}", "", f"{CHAPTERS[block['chapter']]}, {place}", ""]
        rows += [f"- *{answer['said']}* {answer['reply']}" for answer in block["answers"]]
        rows.append("")
    return lines(rows[:-1])


def places(data: dict, minutes: dict) -> list[Place]:
    """The blocks of the page that follow from the data and the minutes."""
    found = [
        Place(PAGE, "minutes", minutes_table(minutes)),
        Place(PAGE, "questions", questions(data)),
    ]
    for plan in data["plans"]:
        items = schedule(plan, data, minutes)
        found += [
            Place(PAGE, plan["name"], plan_table(items)),
            Place(PAGE, f"{plan['name']}, late", late_table(items)),
            Place(PAGE, f"{plan['name']}, left out", left_out(items, minutes)),
        ]
    return found


def with_time_row(text: str, minutes: dict[str, int]) -> str:
    """Text of a chapter's source with the row "Time" as it should be.

    Raises
    ------
    ScheduleError
        When the chapter has no such row, or two.
    """
    wanted = rf"\g<1>{minutes['teach']} minutes to read, {minutes['practice']} minutes for"
    changed, count = TIME_ROW.subn(wanted, text)
    if count != 1:
        raise ScheduleError(
            f"expected one row '| **Time** | N minutes to read, N minutes for ...', found {count}"
        )
    return changed


def with_cards(text: str, minutes: dict) -> str:
    """Text of the landing page with the minutes on its cards as they should be."""
    for chapter, each in minutes.items():
        card = re.compile(
            rf"(^:link: chapters/{chapter}\n(?:(?!:link:).*\n)*?:::{{card-footer}}\n)\d+ minutes$",
            re.MULTILINE,
        )
        text, count = card.subn(rf"\g<1>{sum(each.values())} minutes", text)
        if count != 1:
            raise ScheduleError(
                f"{INDEX.name}: expected one card of {chapter} with its minutes, found {count}"
            )
    return text


def stale() -> list[str]:
    """Derived places that do not say what the metadata and the data ask for."""
    data, minutes = read_data(), all_minutes()
    found = [
        f"{place.path.name} [{place.name}]"
        for place in places(data, minutes)
        if place.path.read_text(encoding="utf-8") != place.wanted()
    ]
    for source in notebooks.chapter_sources([]):
        text = source.read_text(encoding="utf-8")
        if text != with_time_row(text, minutes[source.stem]):
            found.append(f"{source.name}, row Time")
    index = INDEX.read_text(encoding="utf-8")
    if index != with_cards(index, minutes):
        found.append(f"{INDEX.name}, cards")
    return found


def derive() -> list[str]:
    """Rewrite every derived place and return which ones changed.

    Raises
    ------
    ScheduleError
        When the data make no plan; nothing is written then.
    """
    data, minutes = read_data(), all_minutes()
    wrong = problems(data, minutes)
    if wrong:
        raise ScheduleError("\n".join(wrong))
    changed = stale()
    for place in places(data, minutes):
        place.path.write_text(place.wanted(), encoding="utf-8")
    INDEX.write_text(with_cards(INDEX.read_text(encoding="utf-8"), minutes), encoding="utf-8")
    for source in notebooks.chapter_sources([]):
        text = source.read_text(encoding="utf-8")
        wanted = with_time_row(text, minutes[source.stem])
        if text != wanted:
            source.write_text(wanted, encoding="utf-8")
            notebooks.refresh_prose(source)
    return changed


def main() -> None:
    """Write what is derived and say what changed."""
    try:
        changed = derive()
    except ScheduleError as error:
        sys.exit(f"schedule: {error}")
    print(f"schedule: {'wrote ' + ', '.join(changed) if changed else 'unchanged'}")


if __name__ == "__main__":
    main()
