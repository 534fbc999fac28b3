"""Put the site of a translation into that of the book, below its language.

What both have alike, such as styles, scripts and pictures, is kept once, at the top.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

# How a page and a style sheet name a file.
NAMED = {
    ".html": re.compile(r"""((?:href|src|srcset|poster|data-\w+)=")([^":#?]+)"""),
    ".css": re.compile(r"""(url\(["']?)([^"':#?)]+)"""),
}

SITEMAP, ADDRESS, END = "sitemap.xml", re.compile(r"<url>.*?</url>"), "</urlset>"


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
    list_pages(html / SITEMAP, translated / SITEMAP)
    files = [path for path in translated.rglob("*") if path.is_file() and path.suffix != ".html"]
    names = [path.relative_to(translated) for path in files]
    shared = {name for name in names if same(translated / name, html / name)}
    for path in shared:
        (translated / path).unlink()
    for path in translated.rglob("*"):
        if path.suffix in NAMED:
            follow(path, path.relative_to(translated), shared, language)
    for folder in sorted((path for path in translated.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    shutil.move(translated, html / language)


def list_pages(sitemap: Path, translated: Path) -> None:
    """Move the addresses of a translation into the one list that search engines ask for."""
    if translated.exists():  # where the address of the site is known
        more = ADDRESS.findall(translated.read_text(encoding="utf-8"))
        text = sitemap.read_text(encoding="utf-8")
        sitemap.write_text(text.replace(END, "".join([*more, END])), encoding="utf-8")
        translated.unlink()


def follow(path: Path, here: Path, shared: set[Path], language: str) -> None:
    """Let a page or a style sheet name what is shared where it lies."""

    def found(name: re.Match) -> str:
        return name[1] + moved(name[2], here, shared, language)

    text = path.read_text(encoding="utf-8")
    path.write_text(NAMED[path.suffix].sub(found, text), encoding="utf-8")


def same(one: Path, other: Path) -> bool:
    """Whether two files are there with the same content."""
    return other.is_file() and one.read_bytes() == other.read_bytes()


def moved(name: str, page: Path, shared: set[Path], language: str) -> str:
    """Address of a file in a page that lies one folder deeper from now on.

    Examples
    --------
    >>> moved("../_static/a.css", Path("chapters/one.html"), {Path("_static/a.css")}, "vi")
    '../../_static/a.css'
    >>> moved("a.woff2", Path("_static/a.css"), {Path("_static/a.woff2")}, "vi")
    '../../_static/a.woff2'
    >>> moved("/book/vi/_static/a.css", Path("404.html"), {Path("_static/a.css")}, "vi")
    '/book/_static/a.css'
    >>> moved("two.html", Path("chapters/one.html"), set(), "vi")
    'two.html'
    """
    if name.startswith("/"):  # the page that the host shows for any address
        top, _, file = name.partition(f"/{language}/")
        return f"{top}/{file}" if Path(file) in shared else name
    target = Path(os.path.normpath(page.parent / urlsplit(name).path))
    return "../" * len(page.parts) + target.as_posix() if target in shared else name
