"""Cards of the landing page: one for each lesson, by part, and one that opens one in Colab."""

from tools.address import colab_link, is_known
from tools.chapters import Book, Chapter
from tools.messages import _
from tools.minutes import is_bounded
from tools.notebook import read_minutes

COLAB_CARD = """\
:::{{grid-item-card}} {title}
:link: {link}

{text}
:::"""


def values(book: Book, address: str) -> dict[str, str]:
    """Blocks of the page, by the names of their markers."""
    cards = {f"colab card {chapter.page}": colab_card(address, chapter) for chapter in book}
    return {"chapters": groups(book), **cards}


def groups(book: Book) -> str:
    """Cards of all lessons in the order of the book, below the captions of their parts."""
    chapters = {chapter.page: chapter for chapter in book}
    found = []
    for part in book.parts:
        cards = [card(chapters[page]) for page in part.pages if page in chapters]
        heading = f"### {part.caption}\n\n" if part.caption else ""
        if cards:
            found.append(heading + grid(cards))
    return "\n\n".join(found)


def grid(cards: list[str]) -> str:
    """Cards side by side."""
    listed = "\n\n".join(cards)
    return f":::::{{grid}} 1 1 2 2\n:gutter: 3\n:class-container: chapters\n\n{listed}\n:::::"


def card(chapter: Chapter) -> str:
    """Card of a lesson: its title, its sentence if it has one, its minutes once it was run.

    A page of the reference is looked up, so its card says no minutes.
    """
    lines = [
        f"::::{{grid-item-card}} {chapter.title}",
        f":link: {chapter.page}",
        ":link-type: doc",
    ]
    if chapter.description:
        lines += ["", chapter.description]
    minutes = read_minutes(chapter)
    if minutes and is_bounded(chapter):
        lines += [
            "",
            ":::{card-footer}",
            _("{minutes} minutes").format(minutes=minutes.all),
            ":::",
        ]
    return "\n".join([*lines, "::::"])


def colab_card(address: str, chapter: Chapter) -> str:
    """Card that opens a chapter in Colab; nothing until the address is known."""
    if not is_known(address):
        return ""
    return COLAB_CARD.format(
        title=_("Open in Colab"),
        link=colab_link(address, f"{chapter.edition.prefix}{chapter.page}"),
        text=_("Run it now: the first cell installs what it takes."),
    )
