"""What the pages for teachers show of lessons and plans: tables, lists and questions."""

from collections.abc import Iterable, Sequence

from tools.address import preflight_cell
from tools.chapters import Book, Chapter, Section, anchor
from tools.messages import _, later, ngettext
from tools.notebook import read_minutes
from tools.pages.blocks import table
from tools.pages.plans import Item, Plans, to_clock

NAMES = {
    "show": later("Show"),
    "live-code": later("Live-code"),
    "exercise": later("Exercise"),
    "talk": later("Talk"),
    "quiz": later("Quiz"),
    "break": later("Break"),
}


def values(book: Book, address: str) -> dict[str, str]:
    """Blocks of both pages, by the names of their markers."""
    plans = Plans(book)
    plans.check()
    found = {
        "minutes": minutes_table(book.chapters),
        "preflight cell": f"```python\n{preflight_cell(address).rstrip()}\n```",
        "questions": questions(plans),
    }
    for plan in plans.plans:
        items, name = plans.items(plan), anchor(plan["name"])
        found[f"plan {name}"] = plan_table(items)
        found[f"when late {name}"] = late_table(items)
        found[f"left out {name}"] = left_out(plans.all_items(plan))
    return found


def minutes_table(chapters: Sequence[Chapter]) -> str:
    """Table of the minutes of the chapters that were run."""
    measured = [(chapter, read_minutes(chapter)) for chapter in chapters]
    found = [(chapter, minutes) for chapter, minutes in measured if minutes]
    rows = [
        (
            f"[{chapter.title}](../{chapter.name}.ipynb)",
            str(minutes.teach),
            str(minutes.practice),
            str(minutes.all),
        )
        for chapter, minutes in found
    ]
    return table((_("lesson"), _("to read"), _("exercises"), _("in all")), rows)


def plan_table(items: Sequence[Item]) -> str:
    """Table of a plan: when, how long, what, and what to ask."""
    rows = [(to_clock(item.start), str(item.minutes), describe(item)) for item in items]
    rows.append((to_clock(items[-1].end), "", _("End")))
    return table((_("time"), _("min"), _("what you do")), rows)


def describe(item: Item) -> str:
    """What happens in an item: its kind, where it stands, what to do, what to ask."""
    kind = _(NAMES[item.kind])
    if item.chapter is None:
        return f"**{kind}.** {item.what['do']}"
    if item.kind == "exercise":
        place = exercises_link(item.chapter, item.exercises)
    else:
        place = ", ".join(link(item.chapter, name) for name in item.sections)
    text = f"**{kind}.** {item.chapter.short}, {place}. {item.what['do']}"
    if "ask" in item.what:
        ask = _("Ask:")
        text += f"<br>*{ask}* [{item.what['ask']}](#{anchor(item.what['ask'])})"
    return text


def link(chapter: Chapter, name: str) -> str:
    """Link from the page to a section of a chapter."""
    [title] = [section.title for section in chapter.sections if section.anchor == name]
    return f"[{title}](../{chapter.name}.ipynb#{name})"


def exercises_link(chapter: Chapter, values: Iterable[int]) -> str:
    """Link from the page to exercises of a chapter."""
    [place, *_more] = [each.anchor for each in chapter.sections if "exercises" in each.tags]
    *first, last = map(str, values)
    numbers = _("{first} and {last}").format(first=", ".join(first), last=last) if first else last
    named = ngettext("exercise {numbers}", "exercises {numbers}", 1 + len(first))
    named = named.format(numbers=numbers)
    return f"[{named}](../{chapter.name}.ipynb#{place})"


def late_table(items: Iterable[Item]) -> str:
    """Table of what to drop when late, in the order of the plan, and what each saves."""
    shortened = [item for item in items if item.late and item.chapter]
    rows = [
        (
            to_clock(item.start),
            f"{item.chapter.short if item.chapter else ''}. {item.late['do']}",
            str(item.late["saves"]),
        )
        for item in shortened
    ]
    saved = sum(item.late["saves"] for item in shortened)
    return table(
        (_("at"), _("drop"), _("min saved")),
        [*rows, ("", _("all of these"), str(saved))],
    )


def left_out(items: Sequence[Item]) -> str:
    """List of the sections and exercises that items do not reach, of each of their chapters."""
    chapters = {item.chapter.name: item.chapter for item in items if item.chapter}
    rows = []
    for name, chapter in sorted(chapters.items()):
        own = [item for item in items if item.chapter is chapter]
        shown = {anchor for item in own for anchor in item.sections}
        done = {number for item in own for number in item.exercises}
        rest = list(unread(chapter, shown))
        homework = [number for number in sorted(chapter.exercises) if number not in done]
        if homework:
            rest.append(exercises_link(chapter, homework))
        if rest:
            rows.append(f"- {chapters[name].short}: {', '.join(rest)}")
    return "\n".join(rows)


def unread(chapter: Chapter, shown: set[str]) -> Iterable[str]:
    """Links to the sections of a chapter that are not shown, or not as a whole."""
    for section, inner in parts(chapter):
        taken = {each.anchor for each in [section, *inner]} & shown
        if section.is_lesson and not taken:
            yield link(chapter, section.anchor)
        elif section.is_lesson and not {each.anchor for each in inner} <= taken:
            yield _("the rest of {section}").format(section=link(chapter, section.anchor))


def parts(chapter: Chapter) -> list[tuple[Section, list[Section]]]:
    """Sections of the second level, each with those of the third level in it."""
    found: list[tuple[Section, list[Section]]] = []
    for section in chapter.sections:
        if section.level == 2:
            found.append((section, []))
        elif section.level == 3 and found:
            found[-1][1].append(section)
    return found


def questions(plans: Plans) -> str:
    """Every question of a block as a heading, with the answers that people give."""
    texts = []
    for block in plans.blocks.values():
        if "ask" not in block:
            continue
        chapter = plans.chapters[block["chapter"]]
        place = link(chapter, block["sections"][0])
        answers = "\n".join(f"- *{each['said']}* {each['reply']}" for each in block["answers"])
        texts.append(f"### {block['ask']}\n\n{chapter.short}, {place}\n\n{answers}")
    return "\n\n".join(texts)
