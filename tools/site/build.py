"""Build the site: stage the book, run Jupyter Book on it, make the pages light."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools import catalogs
from tools.address import is_known, read_address, site_address
from tools.chapters import ROOT, Book, ChapterError, read_editions
from tools.editions import MARKS
from tools.site import scripts
from tools.site.errors import BuildError
from tools.site.join import join
from tools.site.stage import prepare

# What is written by hand; what a build writes would start the next one.
WATCHED = (
    *("*.md", "_*.yml", "_static/*", "chapters/*.md", "chapters/*/*.md"),
    *("chapters/*/*.yml", "chapters/*/*/*.yml"),
    *(f"web/{part}/*" for part in scripts.PARTS),
    *(f"{name}/{page}" for name in MARKS for page in ("*.*", "chapters/*.md", "chapters/*/*.md")),
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
    address = read_address(root)
    base = site_address(address) if is_known(address) else ""
    with ThreadPoolExecutor() as pool:  # each runs processes of its own
        sites = list(pool.map(partial(build_edition, base=base), books, sources))
    html, copy = made / "html", made / "translated"
    for folder in (html, copy):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sites[0], html)
    for book, site in list(zip(books, sites, strict=True))[1:]:
        join(html, shutil.copytree(site, copy), book.edition.language)
    return html


def build_edition(book: Book, source: Path, base: str) -> Path:
    """Build the site of one language from its staged folder, unless it was built from the same.

    Returns
    -------
    pathlib.Path
        Its folder, which is read only: the next build may take it again.
    """
    language = book.edition.language
    site = source.parent / "sites" / language
    stamp, wanted = site.with_suffix(".sha256"), digest(book.root, source, base)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return site
    stamp.unlink(missing_ok=True)
    run_jupyter_book(source, site)
    run("tools.site.light", str(site), str(source), language, base and base + book.edition.prefix)
    stamp.write_text(wanted, encoding="utf-8")
    return site


def digest(root: Path, source: Path, base: str) -> str:
    """Fingerprint of all that decides about the pages of a site."""
    found = hashlib.sha256(base.encode())
    files = [ROOT / "requirements.txt", *ROOT.glob("tools/**/*.py"), *root.glob("*/messages.po")]
    for path in sorted([*files, *source.rglob("*")]):
        if path.is_file():
            found.update(path.as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def run_jupyter_book(source: Path, html: Path) -> Path:
    """Build a staged book as Jupyter Book does it, and leave the pages as they are."""
    shutil.rmtree(html, ignore_errors=True)  # pages that are gone would stay
    run("tools.site.jupyter_book", str(source), str(html))
    return html


def run(module: str, *arguments: str) -> None:
    """Run a module of the tools in a process of its own.

    Raises
    ------
    BuildError
        With what it printed, if it fails.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise BuildError(result.stdout + result.stderr)


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
