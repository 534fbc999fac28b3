"""Derive a deck of slides from the tagged cells of each chapter: one HTML file, no network.

A cell takes part by its tags. ``slide`` starts a slide and ``subslide`` one below it;
``fragment`` adds the cell to the slide, to appear at a click. ``notes`` makes speaker notes:
of the whole cell if it stands alone, and of the paragraphs if it stands beside another of the
tags, so that headings, lists and tables are shown and the prose is spoken. The notes for
teachers that a chapter's source keeps in comments are speaker notes too.
"""

import argparse
import re
import sys
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import notebooks
import workshop
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from nbformat import NotebookNode
from notebooks import ChapterError
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

import web

SLIDES = workshop.WORKSHOP / "slides"
TEMPLATE = web.WEB / "src" / "slides.html"
REVEAL = web.PACKAGES / "reveal.js" / "dist"
SHOWN_TAGS = {"slide", "subslide", "fragment"}
CODE_STYLE = HtmlFormatter(style="a11y-high-contrast-light", nowrap=True)
PICTURES = ("image/svg+xml", "image/png")  # as good as they come
LINK_TO_CHAPTER = re.compile(r"\]\((?!https?:|#|/)([\w./-]+)\.ipynb(#[\w-]+)?\)")
LINK_INSIDE = re.compile(r"\]\((#[\w-]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


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


def read_slides(chapter: NotebookNode, source: Path) -> list[list[Slide]]:
    """Slides of a chapter, in columns: a slide and the ones below it.

    Parameters
    ----------
    chapter : nbformat.NotebookNode
        A stored notebook, with outputs.
    source : pathlib.Path
        The chapter's ``.md`` file; its pictures are found from there.

    Raises
    ------
    ChapterError
        When a cell belongs to a slide and none has started, or a picture is missing.
    """
    columns: list[list[Slide]] = []
    section = ""
    for cell in chapter.cells:
        tags = set(cell.metadata.get("tags", []))
        headings = HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        section = headings[-1].replace("`", "") if headings else section
        if not tags & {*SHOWN_TAGS, "notes"}:
            continue
        if "slide" in tags:
            columns.append([Slide("" if headings else section)])
        elif not columns:
            first = cell.source.partition("\n")[0]
            raise ChapterError(
                f"The cell {first!r} has the tags {', '.join(sorted(tags))}, and no slide has "
                "started: give the tag 'slide' to it or to a cell before it."
            )
        elif "subslide" in tags:
            columns[-1].append(Slide("" if headings else section))
        add_cell(columns[-1][-1], cell, tags, source)
    return columns


def add_cell(slide: Slide, cell: NotebookNode, tags: set[str], source: Path) -> None:
    """Add what a cell shows and what it has to say to a slide."""
    if cell.cell_type == "code":
        shown, spoken = show_code(cell, tags), []
    else:
        shown, spoken = show_prose(cell.source, tags, source)
    if shown:
        slide.parts.append(Part(shown, "fragment" in tags))
    slide.notes += spoken


def show_prose(prose: str, tags: set[str], source: Path) -> tuple[Markup, list[Markup]]:
    """HTML to show of a Markdown cell, and the notes in it."""
    markdown = MarkdownIt("commonmark", {"highlight": color_fence}).enable("table")
    text = link_to_pages(workshop.NOTE.sub("", prose), source)
    notes = [Markup(markdown.render(note)) for note in workshop.NOTE.findall(prose)]
    shown, spoken = [], []
    for block in blocks_of(markdown, text):
        is_spoken = "notes" in tags and (
            block[0].type == "paragraph_open" or not tags & SHOWN_TAGS
        )
        (spoken if is_spoken else shown).append(block)
    parts = [
        "".join(markdown.renderer.render(block, markdown.options, {}) for block in blocks)
        for blocks in (shown, spoken)
    ]
    visible, said = (Markup(embed_pictures(part, source.parent)) for part in parts)
    return visible, [*([said] if said else []), *notes]


def link_to_pages(text: str, source: Path) -> str:
    """Markdown whose links to chapters, pages and sections lead to the site's pages."""
    text = LINK_INSIDE.sub(rf"]({source.stem}.ipynb\1)", workshop.link_to_pages(text))
    return LINK_TO_CHAPTER.sub(rf"]({workshop.PAGES}/\1.html\2)", text)


def blocks_of(markdown: MarkdownIt, text: str) -> list[list]:
    """Tokens of a text, a list for each of its paragraphs, lists, tables and so on."""
    blocks, depth = [], 0
    for token in markdown.parse(text):
        if depth == 0:
            blocks.append([])
        blocks[-1].append(token)
        depth += token.nesting
    return blocks


def embed_pictures(html: str, folder: Path) -> str:
    """HTML whose pictures are in it, so that it needs no other file."""

    def embed(found: re.Match) -> str:
        path = folder / found[1]
        if not path.is_file():
            raise ChapterError(f"A slide shows {found[1]}, and there is no such file: {path}")
        kind = "svg+xml" if path.suffix == ".svg" else path.suffix.removeprefix(".")
        return f'src="{data_uri(f"image/{kind}", path.read_bytes())}"'

    return re.sub(r'src="(?!data:)([^"]+)"', embed, html)


def data_uri(kind: str, content: bytes) -> str:
    """Address that holds the content itself."""
    return f"data:{kind};base64,{b64encode(content).decode()}"


def show_code(cell: NotebookNode, tags: set[str]) -> Markup:
    """HTML of a code cell and its outputs; of code that draws, the picture is enough."""
    is_drawn = any(set(PICTURES) & set(output.get("data", {})) for output in cell.outputs)
    code = Markup() if is_drawn or "hide-input" in tags else color(cell.source, "python")
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    return code + Markup("\n").join(show_output(output, alt) for output in cell.outputs)


def color(code: str, language: str) -> Markup:
    """Code with its syntax in color; text in an unknown language stays as it is."""
    try:
        colored = highlight(code, get_lexer_by_name(language or "text"), CODE_STYLE)
    except ClassNotFound:
        colored = escape(code)
    return Markup('<pre class="code"><code>{}</code></pre>').format(Markup(colored.rstrip()))


def color_fence(code: str, language: str, attributes: str) -> str:
    """Code block of a Markdown cell."""
    return str(color(code, language))


def show_output(output: NotebookNode, alt: str) -> Markup:
    """HTML of an output: a picture, a table or text."""
    data = output.get("data", {})
    for kind in PICTURES:
        if kind in data:
            content = data[kind]
            encoded = content if kind == "image/png" else b64encode(content.encode()).decode()
            address = f"data:{kind};base64,{''.join(encoded.split())}"
            return Markup('<div class="picture"><img src="{}" alt="{}"></div>').format(
                address, alt
            )
    if "text/html" in data:
        return Markup('<div class="table">{}</div>').format(Markup(data["text/html"]))
    text = output.get("text", data.get("text/plain", ""))
    return Markup('<pre class="output">{}</pre>').format(notebooks.without_colors(text).rstrip())


def render(columns: list[list[Slide]], title: str) -> str:
    """The deck as one HTML file."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        title=title,
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


def write(source: Path, folder: Path) -> str:
    """Write the deck of a chapter; return a line to report."""
    chapter = workshop.read_chapter(source)
    columns = read_slides(chapter, source)
    if not columns:
        return f"{source.stem} has no slides: no cell has the tag 'slide'"
    title = chapter.cells[0].source.splitlines()[0].lstrip("# ")
    target = folder / f"{source.stem}.html"
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(render(columns, title), encoding="utf-8")
    count = sum(len(column) for column in columns)
    return f"wrote {target.name}: {count} slides, {target.stat().st_size / 1e6:.1f} MB"


def main() -> None:
    """Write the decks of the named chapters, or of all that have slides."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    chosen = notebooks.chapter_sources(parser.parse_args().chapter)
    web.install_packages()
    print(f"slides: into {SLIDES.relative_to(notebooks.ROOT)}", flush=True)
    try:
        for source in chosen:
            print(f"slides: {write(source, SLIDES)}", flush=True)
    except ChapterError as error:
        sys.exit(f"slides: {error}")


if __name__ == "__main__":
    main()
