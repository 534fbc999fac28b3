"""Cards of the landing page: one for each chapter, and one that opens a chapter in Colab."""

from tools.address import colab_link, is_known
from tools.chapters import Book, Chapter
from tools.notebook import read_minutes

COLAB_CARD = """\
:::{{grid-item-card}} Open in Colab
:link: {link}

Run it now: the first cell installs what it takes.
:::"""


def values(book: Book, address: str) -> dict[str, str]:
    """Blocks of the page, by the names of their markers."""
    cards = {f"colab card {chapter.page}": colab_card(address, chapter) for chapter in book}
    return {"chapters": grid(book), **cards}


def grid(book: Book) -> str:
    """Cards of all chapters, in the order of the book."""
    cards = "\n\n".join(card(chapter) for chapter in book)
    return f":::::{{grid}} 1 1 2 2\n:gutter: 3\n:class-container: chapters\n\n{cards}\n:::::"


def card(chapter: Chapter) -> str:
    """Card of a chapter: its title, its sentence if it has one, its minutes once it was run."""
    lines = [
        f"::::{{grid-item-card}} {chapter.title}",
        f":link: {chapter.page}",
        ":link-type: doc",
    ]
    if chapter.description:
        lines += ["", chapter.description]
    if minutes := read_minutes(chapter):
        lines += [":::{card-footer}", f"{minutes.all} minutes", ":::"]
    return "\n".join([*lines, "::::"])


def colab_card(address: str, chapter: Chapter) -> str:
    """Card that opens a chapter in Colab; nothing until the address is known."""
    if not is_known(address):
        return ""
    return COLAB_CARD.format(link=colab_link(address, chapter.page))
