"""Leave in a site only what some page loads or links, and what a host or a crawler asks for."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.site.errors import fail_unless

# What no page has to link: the first page, and what others than readers ask for.
ENTRIES = ("index.html", "404.html", "sitemap.xml", "robots.txt", ".nojekyll")
# How a file names another one.
NAMES = {
    ".html": re.compile(r"""(?:href|src|srcset|poster|content|data-\w+)=["']([^"'\s]+)["']"""),
    ".css": re.compile(r"""url\(["']?([^"')]+)["']?\)"""),
    ".js": re.compile(r"""["'`]([\w./@-]+\.\w+)["'`]|see (\S+\.LICENSE\.txt)"""),
    ".svg": re.compile(r"""href=["']([^"']+)["']"""),
}
SOURCE_MAP = re.compile(
    r"\n?(?://# sourceMappingURL=\S+\.map|/\*# sourceMappingURL=\S+\.map ?\*/)"
)


def drop_source_maps(html: Path) -> None:
    """Take the names of source maps out of the scripts, so that nobody asks for them."""
    count = 0
    for path in (html / "_static").rglob("*.js"):
        text, found = SOURCE_MAP.subn("", path.read_text(encoding="utf-8"))
        if found:
            path.write_text(text, encoding="utf-8")
            count += found
    fail_unless(count, "names of source maps")


def drop_dead_files(html: Path, base: str = "") -> None:
    """Delete every file that no page leads to.

    Parameters
    ----------
    html : pathlib.Path
        The site.
    base : str
        Address of the site, where it is known: pages name pictures for link previews by it.
    """
    html = html.resolve()
    kept = reachable(html, base)
    dead = [path for path in html.rglob("*") if path.is_file() and path not in kept]
    fail_unless(dead, "files that no page leads to")
    for path in dead:
        path.unlink()
    for folder in sorted((path for path in html.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def reachable(html: Path, base: str = "") -> set[Path]:
    """Files that the pages lead to, over styles and scripts."""
    html, found = html.resolve(), set[Path]()
    todo = [html / name for name in ENTRIES]
    while todo:
        path = todo.pop()
        if path not in found and path.is_file():
            found.add(path)
            todo += named_in(path, html, base)
    return found


def named_in(path: Path, html: Path, base: str) -> list[Path]:
    """Files that a page, a style sheet or a script names; also some that are not there."""
    if path.suffix not in NAMES:
        return []
    text = path.read_text(encoding="utf-8")
    # Scripts in a page name files as scripts do.
    kinds = [path.suffix, ".js", ".css"] if path.suffix == ".html" else [path.suffix]
    names = [
        name
        for kind in kinds
        for found in NAMES[kind].findall(text)
        for name in ([found] if isinstance(found, str) else found)
        if name
    ]
    return [resolve(name, path, html, base) for name in names]


def resolve(name: str, path: Path, html: Path, base: str) -> Path:
    """File that an address in a file means; for another host's, one that is not there."""
    if base and name.startswith(base):  # as pictures for link previews are
        return html / unquote(urlsplit(name.removeprefix(base)).path)
    local = unquote(urlsplit(name).path)
    if local.startswith("/"):  # as on the page for addresses that are not there
        return html / local.removeprefix(urlsplit(base).path or "/")
    return (path.parent / local).resolve()
