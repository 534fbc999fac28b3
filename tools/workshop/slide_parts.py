"""HTML of what a cell shows on a slide: prose, code, and its outputs."""

import mimetypes
import re
from base64 import b64encode
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from tools.chapters import Chapter
from tools.pages.blocks import MARKER
from tools.run import without_colors
from tools.source import SLIDES
from tools.workshop.prose import NOTE, link_to_site, site_page

CODE_STYLE = HtmlFormatter(style="a11y-high-contrast-light", nowrap=True)
SHOWN = set(SLIDES) - {"notes"}
PICTURES = ("image/svg+xml", "image/png")  # as good as they come
LINK_INSIDE = re.compile(r"\]\((#[\w-]+)\)")


def show_prose(prose: str, tags: set[str], chapter: Chapter) -> tuple[Markup, list[Markup]]:
    """HTML to show of a Markdown cell, and the notes in it.

    Parameters
    ----------
    prose : str
        Markdown of a chapter.
    tags : set of str
        Tags of the cell; they decide what is shown and what is spoken.
    chapter : Chapter
        The chapter; its pictures are found from there.
    """
    reader = markdown_reader()
    prefix = chapter.edition.prefix
    page = site_page(chapter.page, chapter.page, prefix)
    text = LINK_INSIDE.sub(rf"]({page}\1)", MARKER.sub("", NOTE.sub("", prose)))
    shown: list[list[Token]] = []
    spoken: list[list[Token]] = []
    for block in blocks_of(reader, link_to_site(text, chapter.page, prefix=prefix)):
        is_note = "notes" in tags and (block[0].type == "paragraph_open" or not tags & SHOWN)
        (spoken if is_note else shown).append(block)
    visible, said = (render_blocks(reader, blocks, chapter) for blocks in (shown, spoken))
    notes = [Markup(reader.render(note)) for note in NOTE.findall(prose)]
    return visible, [*([said] if said else []), *notes]


def markdown_reader() -> MarkdownIt:
    """Reader of Markdown that colors code."""
    return MarkdownIt("commonmark", {"highlight": color_fence}).enable("table")


def blocks_of(reader: MarkdownIt, text: str) -> list[list[Token]]:
    """Tokens of a text, a list for each of its paragraphs, lists, tables and so on."""
    blocks: list[list[Token]] = []
    depth = 0
    for token in reader.parse(text):
        if depth == 0:
            blocks.append([])
        blocks[-1].append(token)
        depth += token.nesting
    return blocks


def render_blocks(reader: MarkdownIt, blocks: list[list[Token]], chapter: Chapter) -> Markup:
    """HTML of blocks, with their pictures in it."""
    parts = [reader.renderer.render(block, reader.options, {}) for block in blocks]
    return Markup(embed_pictures("".join(parts), chapter))


def last_heading(prose: str) -> str:
    """Text of the last heading in a Markdown cell, without marks; empty if there is none."""
    heading = ""
    for opened, text in pairwise(markdown_reader().parse(prose)):
        if opened.type == "heading_open":
            heading = "".join(child.content for child in text.children or [])
    return heading


def embed_pictures(html: str, chapter: Chapter) -> str:
    """HTML whose pictures are in it, so that it needs no other file."""

    def embed(found: re.Match[str]) -> str:
        path = chapter.source.parent / found[1]
        if not path.is_file():
            lines = chapter.text.splitlines()
            line = next(number for number, line in enumerate(lines, 1) if found[1] in line)
            raise chapter.fail(line, f"a slide shows {found[1]}, and there is no such file")
        kind = mimetypes.guess_type(path.name)[0] or "image/png"
        return f'src="{data_uri(kind, path.read_bytes())}"'

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
    return Markup('<pre class="output">{}</pre>').format(without_colors(text).rstrip())
