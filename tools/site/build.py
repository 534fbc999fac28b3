"""Build the site: stage the book, run Jupyter Book on it, make the pages light."""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import catalogs
from tools.address import is_known, read_address, site_address
from tools.chapters import ROOT, ChapterError, read_editions
from tools.messages import speaking
from tools.site import scripts
from tools.site.errors import BuildError
from tools.site.join import join
from tools.site.light import make_light
from tools.site.stage import prepare

# What is written by hand; what a build writes would start the next one.
WATCHED = (
    *("*.md", "_*.yml", "_static/*", "chapters/*.md", "chapters/*/*.md"),
    *("chapters/*/*.yml", "chapters/*/*/*.yml"),
    *(f"web/{part}/*" for part in scripts.PARTS),
)


def build(root: Path = ROOT) -> Path:
    """Build the site of the book in a folder, strictly.

    Returns
    -------
    pathlib.Path
        The folder of the finished pages.

    Raises
    ------
    ChapterError
        When the book has a fault: code that was not run, a marker or data that are wrong.
    BuildError
        On any warning of Jupyter Book, with what it printed; or when a page cannot be made light.
    """
    made = root / "_build"
    books = read_editions(root)
    sources = prepare(books)
    names = [source.name.replace("book", "html") for source in sources]
    with ThreadPoolExecutor() as pool:  # each is a process of its own
        sites = list(
            pool.map(
                lambda pair: run_jupyter_book(*pair),
                zip(sources, [made / name for name in names], strict=True),
            )
        )
    address = read_address(root)
    base = site_address(address) if is_known(address) else ""
    for book, source, html in zip(books, sources, sites, strict=True):
        with speaking(book.edition.language):
            make_light(html, source, base and base + book.edition.prefix)
    for book, html in list(zip(books, sites, strict=True))[1:]:
        join(sites[0], html, book.edition.language)
    return sites[0]


def run_jupyter_book(source: Path, html: Path) -> Path:
    """Build a staged book as Jupyter Book does it, and leave the pages as they are."""
    shutil.rmtree(html, ignore_errors=True)  # pages that are gone would stay
    command = [sys.executable, "-m", "tools.site.jupyter_book", str(source), str(html)]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    result = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(result.stdout + result.stderr)
    return html


def size_of(folder: Path) -> str:
    """Size of all files below a folder, in MB."""
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{total / 1e6:.1f} MB"


def report_build() -> Path:
    """Build the book of this repository, and say where it is."""
    print("book: building the site", flush=True)
    html = build()
    catalogs.report(ROOT)
    print(f"book: done, {size_of(html)}. Open {(html / 'index.html').as_uri()}", flush=True)
    return html


def rebuild() -> None:
    """Build again after an edit; a fault is shown, and the next edit builds again."""
    try:
        report_build()
    except ChapterError as error:
        print(f"book: {error}", flush=True)


def serve(html: Path) -> None:
    """Show the site, and rebuild it when a source changes."""
    from livereload import Server

    server = Server()
    for pattern in WATCHED:
        server.watch(str(ROOT / pattern), rebuild)
    print("book: http://localhost:8000 shows your edits; stop with Ctrl+C", flush=True)
    server.serve(root=str(html), port=8000)


def main(arguments: list[str]) -> None:
    """Build the site, and serve it if asked to."""
    parser = argparse.ArgumentParser(prog="book", description=__doc__.splitlines()[0])
    parser.add_argument("--serve", action="store_true", help="show it and rebuild on edits")
    serving = parser.parse_args(arguments).serve
    html = report_build()
    if serving:
        serve(html)
