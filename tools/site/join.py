"""Put the site of a translation into that of the book, below its language.

What both have alike, such as styles, scripts and pictures, is kept once, at the top.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

# Attributes that name a file beside the page.
NAMED = re.compile(r'((?:href|src|srcset|poster|data-src|data-sections)=")([^":#?]+)')


def join(html: Path, translated: Path, language: str) -> None:
    """Move the pages of a translation, and what is theirs alone, into the site.

    Parameters
    ----------
    html : pathlib.Path
        The site of the book.
    translated : pathlib.Path
        The site of the translation; nothing is left of it.
    language : str
        Name of the folder that it gets.
    """
    shared = {
        path.relative_to(translated)
        for path in translated.rglob("*")
        if path.is_file() and path.suffix != ".html" and same(path, html / path.relative_to(translated))
    }
    for page in translated.rglob("*.html"):
        here = page.relative_to(translated)
        text = NAMED.sub(lambda found: found[1] + moved(found[2], here, shared), page.read_text("utf-8"))
        page.write_text(text, encoding="utf-8")
    for path in shared:
        (translated / path).unlink()
    for folder in sorted((path for path in translated.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    shutil.move(translated, html / language)


def same(one: Path, other: Path) -> bool:
    """Whether two files are there with the same content."""
    return other.is_file() and one.read_bytes() == other.read_bytes()


def moved(name: str, page: Path, shared: set[Path]) -> str:
    """Address of a file in a page that lies one folder deeper from now on.

    Examples
    --------
    >>> moved("../_static/a.css", Path("chapters/one.html"), {Path("_static/a.css")})
    '../../_static/a.css'
    >>> moved("two.html", Path("chapters/one.html"), set())
    'two.html'
    """
    target = Path(os.path.normpath(page.parent / urlsplit(name).path))
    return f"../{name}" if target in shared else name
