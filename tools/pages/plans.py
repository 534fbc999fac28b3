"""Plans of a workshop: what happens when, and whether it adds up.

A chapter's ``plan.yml`` holds blocks, which are parts of the chapter, each with the minutes that
it takes in a room; ``chapters/appendix/plans.yml`` holds the plans, which are made of blocks,
talks, quizzes and breaks. A chapter doesn't need blocks, and a plan doesn't need every chapter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.chapters import Book, Chapter, ChapterError

FILE = "plan.yml"
PAGE = "chapters/appendix/in-the-room"
PLANS = "chapters/appendix/plans.yml"
LONGEST_WITHOUT_BREAK = 90
# What a teacher does in a part of a chapter, and between parts.
BLOCKS = ("show", "live-code", "exercise")
KINDS = (*BLOCKS, "talk", "quiz", "break")


@dataclass(frozen=True)
class Item:
    """What happens in some minutes of a plan; ``start`` counts from midnight."""

    start: int
    minutes: int
    what: dict[str, Any]
    chapter: Chapter | None

    @property
    def end(self) -> int:
        """When it is over, in minutes after midnight."""
        return self.start + self.minutes

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return self.what["kind"]

    @property
    def exercises(self) -> list[int]:
        """Numbers of the exercises that it holds."""
        return self.what.get("exercises", [])

    @property
    def sections(self) -> list[str]:
        """Anchors of the sections that it is about."""
        if self.kind == "quiz" and self.chapter:
            quizzes = [each.anchor for each in self.chapter.sections if "quiz" in each.tags]
            return quizzes[:1]
        return self.what.get("sections", [])

    @property
    def late(self) -> dict[str, Any]:
        """What to drop when it is late, and the minutes that this ``saves``; may be empty."""
        return self.what.get("late", {})


class Plans:
    """The blocks of all chapters, and the plans that are made of them."""

    def __init__(self, book: Book):
        self.book = book
        self.chapters = {chapter.name: chapter for chapter in book}

    @cached_property
    def blocks(self) -> dict[str, dict[str, Any]]:
        """Blocks by name, each with the name of its ``chapter``, in the order of the book."""
        found: dict[str, dict[str, Any]] = {}
        for chapter in self.book:
            for name, block in (chapter.read_data(FILE) or {}).items():
                if name in found:
                    other = found[name]["chapter"]
                    raise ChapterError(f"{file_of(chapter)}: {name} is a block of {other} already")
                if block.get("kind") not in BLOCKS:
                    kinds = ", ".join(BLOCKS)
                    raise ChapterError(f"{file_of(chapter)}: {name} needs a kind: one of {kinds}")
                if type(block.get("minutes")) is not int:
                    raise ChapterError(
                        f"{file_of(chapter)}: {name} needs minutes, a whole number; "
                        f"found {block.get('minutes')}"
                    )
                found[name] = {**block, "chapter": chapter.name}
        return found

    @cached_property
    def plans(self) -> list[dict[str, Any]]:
        """Plans, as their file has them."""
        return self.book.data(PAGE, "plans.yml") or []

    def items(self, plan: dict[str, Any]) -> list[Item]:
        """Items of a plan, each with its start."""
        found: list[Item] = []
        start = to_minutes(plan["starts"])
        for entry in plan["items"]:
            what = self.block(plan, entry) if isinstance(entry, str) else entry
            chapter = self.chapter(plan, what["chapter"]) if "chapter" in what else None
            found.append(Item(start, what["minutes"], what, chapter))
            start = found[-1].end
        return found

    def all_items(self, plan: dict[str, Any]) -> list[Item]:
        """Items of a plan, after those of the days before that it ``continues``."""
        before = [other for other in self.plans if other["name"] == plan.get("continues")]
        return [*(item for other in before for item in self.all_items(other)), *self.items(plan)]

    def block(self, plan: dict[str, Any], name: str) -> dict[str, Any]:
        """Block that a plan names."""
        if name not in self.blocks:
            raise ChapterError(
                f"{PLANS}: {plan['name']}: no chapter's {FILE} has a block {name!r}"
            )
        return self.blocks[name]

    def chapter(self, plan: dict[str, Any], name: str) -> Chapter:
        """Chapter that a plan names."""
        if name not in self.chapters:
            known = ", ".join(self.chapters)
            raise ChapterError(f"{PLANS}: {plan['name']}: no chapter {name!r}; there are: {known}")
        return self.chapters[name]

    def check(self) -> None:
        """Stop when something is wrong with the blocks or the plans, and name all of it."""
        wrong = self.problems()
        if wrong:
            raise ChapterError("\n".join(wrong))

    def problems(self) -> list[str]:
        """Everything that is wrong with the blocks and the plans, a line each."""
        found = [
            f"{file_of(self.chapters[block['chapter']])}: {name}: {problem}"
            for name, block in self.blocks.items()
            for problem in problems_of_block(self.chapters[block["chapter"]], block)
        ]
        names = [plan["name"] for plan in self.plans]
        for plan in self.plans:
            wrong = problems_of_plan(plan, self.items(plan))
            if plan.get("continues", names[0]) not in names:
                wrong.append(f"continues {plan['continues']!r}, and there is no such plan")
            found += [f"{PLANS}: {plan['name']}: {problem}" for problem in wrong]
        return found


def file_of(chapter: Chapter) -> str:
    """File with the blocks of a chapter."""
    return f"{chapter.page}/{FILE}"


def to_minutes(clock: str) -> int:
    """Minutes after midnight: 9:30 is 570."""
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def to_clock(minutes: int) -> str:
    """Time of day: 570 is 9:30."""
    return f"{minutes // 60}:{minutes % 60:02}"


def problems_of_block(chapter: Chapter, block: dict[str, Any]) -> list[str]:
    """What a block names and the chapter does not have; what it lacks."""
    found = unknown_places(chapter, block)
    if block["kind"] == "exercise":
        dropped = block.get("late", {}).get("exercises", [])
        if not set(dropped) <= set(block["exercises"]):
            found.append(f"drops {dropped} when late, and has {block['exercises']}")
        return found
    if not block.get("sections") or not block.get("ask") or not block.get("answers"):
        found.append("a part that is taught has sections, a question and the answers to it")
    return found


def unknown_places(chapter: Chapter, what: dict[str, Any]) -> list[str]:
    """Exercises and sections that a part names and its chapter does not have."""
    numbers = sorted(chapter.exercises)
    there = [section.anchor for section in chapter.sections]
    found = [
        f"{chapter.name} has no exercise {number}, it has {numbers}"
        for number in what.get("exercises", [])
        if number not in numbers
    ]
    return found + [
        f"{chapter.name} has no section #{anchor}; there are: {', '.join(there)}"
        for anchor in what.get("sections", [])
        if anchor not in there
    ]


def problems_of_plan(plan: dict[str, Any], items: Sequence[Item]) -> list[str]:
    """A wrong end, a break too late, and what does not work out when late."""
    found = []
    if items[-1].end != to_minutes(plan["ends"]):
        found.append(f"ends at {to_clock(items[-1].end)} instead of {plan['ends']}")
    begun = items[0].start
    for item in items:
        if item.kind == "break":
            begun = item.end
        elif item.end - begun > LONGEST_WITHOUT_BREAK:
            found.append(
                f"no break from {to_clock(begun)} to {to_clock(item.end)}, more than "
                f"{LONGEST_WITHOUT_BREAK} minutes"
            )
            begun = item.end
    for item in items:
        if item.chapter:
            found += unknown_places(item.chapter, item.what)
        if item.kind == "quiz" and not item.sections:
            found.append(f"a quiz of {item.what.get('chapter')}, which has none")
        if item.late.get("saves", 0) > item.minutes:
            found.append(f"at {to_clock(item.start)}: saves more than the {item.minutes} it takes")
    return found + chapters_without_exercise(items)


def chapters_without_exercise(items: Sequence[Item]) -> list[str]:
    """Chapters of a plan of which no exercise is left when all is dropped that may be."""
    kept: dict[str, set[int]] = {}
    for item in items:
        if item.kind == "exercise":
            left = set(item.exercises) - set(item.late.get("exercises", []))
            kept.setdefault(item.what["chapter"], set()).update(left)
    return [
        f"{chapter}: when late, no exercise is left" for chapter, left in kept.items() if not left
    ]
