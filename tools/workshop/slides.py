"""Derive a deck of slides from the tagged cells of each chapter: one HTML file, no network.

A cell takes part by its tags. ``slide`` starts a slide and ``subslide`` one below it;
``fragment`` adds the cell to the slide, to appear at a click. ``notes`` makes speaker notes:
of the whole cell if it stands alone, and of the paragraphs if it stands beside another of the
tags, so that headings, lists and tables are shown and the prose is spoken. The notes for
teachers that a chapter's source keeps in comments are speaker notes too.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup
from nbformat import NotebookNode

from tools.arguments import add_language
from tools.chapters import ROOT, Chapter, read_book
from tools.notebook import check_all_ran, current, is_solution, tags_of
from tools.site import scripts
from tools.source import SLIDES
from tools.workshop.handouts import WORKSHOP
from tools.workshop.slide_parts import CODE_STYLE, last_heading, show_code, show_prose

TEMPLATE = Path(__file__).with_name("slides.html")
REVEAL = scripts.PACKAGES / "reveal.js" / "dist"


@dataclass
class Part:
    """What one cell shows on a slide."""

    html: Markup
    fragment: bool


@dataclass
class Slide:
    """A slide: the section it belongs to, what it shows, and what the speaker says."""

    section: str
    parts: list[Part] = field(default_factory=list)
    notes: list[Markup] = field(default_factory=list)


def check_slides(chapter: Chapter) -> None:
    """Find tags that make no deck.

    Raises
    ------
    ChapterError
        When a cell belongs to a slide and none has started, or a slide shows a solution.
    """
    started = False
    for cell in chapter.cells:
        tags = [tag for tag in cell.tags if tag in SLIDES]
        if tags and is_solution(cell.tags):
            raise chapter.fail(
                cell.line, f"a slide ({', '.join(tags)}) would show a solution: remove the tag"
            )
        started = started or "slide" in tags
        if tags and not started:
            raise chapter.fail(
                cell.line,
                f"this cell has the tags {', '.join(tags)}, and no slide has started: give the "
                "tag 'slide' to it or to a cell before it",
            )


def read_slides(notebook: NotebookNode, chapter: Chapter) -> list[list[Slide]]:
    """Slides of a chapter, in columns: a slide and the ones below it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter's notebook, with outputs.
    chapter : Chapter
        The chapter.

    Raises
    ------
    ChapterError
        When the tags make no deck (see `check_slides`), or a picture is missing.
    """
    check_slides(chapter)
    columns: list[list[Slide]] = []
    section = ""
    for cell in notebook.cells:
        heading = last_heading(cell.source) if cell.cell_type == "markdown" else ""
        section = heading or section
        tags = set(tags_of(cell)) & set(SLIDES)
        if "slide" in tags:
            columns.append([])
        if tags & {"slide", "subslide"}:
            columns[-1].append(Slide("" if heading else section))
        if tags:
            add_cell(columns[-1][-1], cell, chapter)
    return columns


def add_cell(slide: Slide, cell: NotebookNode, chapter: Chapter) -> None:
    """Add what a cell shows and what it has to say to a slide."""
    tags = set(tags_of(cell))
    spoken: list[Markup] = []
    if cell.cell_type == "code":
        shown = show_code(cell, tags)
    else:
        shown, spoken = show_prose(cell.source, tags, chapter)
    if shown:
        slide.parts.append(Part(shown, "fragment" in tags))
    slide.notes += spoken


def render(columns: list[list[Slide]], title: str, language: str) -> str:
    """Deck as one HTML file.

    Parameters
    ----------
    columns : list of list of Slide
        The slides.
    title : str
        Title of the document.
    language : str
        Language of the slides, such as ``en`` or ``vi``.
    """
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        title=title,
        language=language,
        columns=columns,
        reveal_styles=Markup(read_package("reset.css") + read_package("reveal.css")),
        code_styles=Markup(CODE_STYLE.get_style_defs(".code")),
        license=Markup(read_package("../LICENSE")),
        reveal_script=as_inline_script(read_package("reveal.js")),
        notes_script=as_inline_script(read_package("plugin/notes.js")),
    )


def read_package(name: str) -> str:
    """Text of a file of reveal.js."""
    return (REVEAL / name).read_text(encoding="utf-8")


def as_inline_script(script: str) -> Markup:
    """Script as it can stand inside of a page: nothing in its strings ends the element."""
    return Markup(script.replace("</script", r"<\/script").replace("<!--", r"<\!--"))


def write_deck(chapter: Chapter, folder: Path) -> str:
    """Write the deck of a chapter; return a line to report."""
    columns = read_slides(current(chapter), chapter)
    if not columns:
        return f"{chapter.name} has no slides: no cell has the tag 'slide'"
    target = folder / f"{chapter.name}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    html = render(columns, chapter.title, chapter.edition.language)
    target.write_text(html, encoding="utf-8")
    count = sum(len(column) for column in columns)
    return f"wrote {chapter.name}.html: {count} slides, {target.stat().st_size / 1e6:.1f} MB"


def main(arguments: list[str]) -> None:
    """Write the decks of the named chapters, or of all that have slides."""
    parser = argparse.ArgumentParser(prog="slides", description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    add_language(parser)
    chosen = parser.parse_args(arguments)
    book = read_book(ROOT, chosen.language)
    chapters = book.choose(chosen.chapter)
    check_all_ran(chapters)  # before anything is installed or written
    scripts.install_packages()
    folder = WORKSHOP / f"slides{book.edition.suffix}"
    print(f"slides: into {folder.relative_to(ROOT)}", flush=True)
    for chapter in chapters:
        print(f"slides: {write_deck(chapter, folder)}", flush=True)
