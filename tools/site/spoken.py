"""What the scripts in the pages of a translation say: their messages, and titles of sections."""

import json

from tools.chapters import Book
from tools.messages import of_scripts
from tools.site.links import read_links

#: File of the staged book, which `tools.site.extensions.languages` puts into the pages.
FILE = "messages.json"
# Folders of ``web`` whose scripts pages load; what pages share comes along with each.
LOADED = ("convert", "draw", "inspect", "search")


def spoken(book: Book) -> str:
    """Text of the file: messages by the folder of the script that a page loads."""
    found = {folder: of_scripts(folder) for folder in LOADED}
    found["inspect"] |= titles(book)
    return json.dumps(found, ensure_ascii=False)


def titles(book: Book) -> dict[str, str]:
    """Titles of the sections that the inspector leads to, by the English ones."""
    written, read = read_links(Book(book.root)), read_links(book)
    return {written[key]["title"]: read[key]["title"] for key in written}
