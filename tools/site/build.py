"""Build the site from the stored notebooks; warnings are errors."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import light_pages
from notebooks import ROOT, chapter_sources, refresh_prose

import web

HTML = ROOT / "_build" / "html"
# What the site is built from, besides what `web` builds.
PARTS = [
    "_config.yml",
    "_toc.yml",
    "_static",
    "_templates",
    "chapters",
    "images",
    "index.md",
    "inspect.md",
    "pyproject.toml",
    "README.md",
    "tools",
    "web/dist",
    "web/src",
]


def copy_parts(target: Path) -> None:
    """Copy what the site is built from, to build a changed copy elsewhere."""
    web.build()
    for name in PARTS:
        here, there = ROOT / name, target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("models", ".*"))
        else:
            shutil.copyfile(here, there)


class BuildError(Exception):
    """The site could not be built; the text is what the build printed."""


def build(root: Path = ROOT) -> Path:
    """Build the book in a folder, strictly.

    Returns
    -------
    pathlib.Path
        The folder of the finished pages.

    Raises
    ------
    BuildError
        On any warning of Jupyter Book, with what it printed.
    """
    html = build_stock(root)
    try:
        light_pages.make_light(html)
    except (light_pages.LightPagesError, RuntimeError) as error:
        raise BuildError(str(error)) from error
    return html


def build_stock(root: Path) -> Path:
    """Build the book in a folder as Jupyter Book does it, and leave the pages as they are."""
    html = root / "_build" / "html"
    shutil.rmtree(html, ignore_errors=True)  # pages that are gone would stay
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [str(jupyter_book), "build", "--warningiserror", "--keep-going", "--all", str(root)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(result.stdout + result.stderr)
    return html


def build_or_report() -> bool:
    """Build the book of this repository and print what went wrong, if anything."""
    print("book: building the site", flush=True)
    try:
        web.build()
        build()
    except (BuildError, RuntimeError) as error:
        print(error)
        print("book: the build stopped on the lines above.", flush=True)
        return False
    print(f"book: done. Open {(HTML / 'index.html').as_uri()}", flush=True)
    return True


def rebuild_after_edit() -> None:
    """Take over prose edits, then build again."""
    for source in chapter_sources([]):
        if not refresh_prose(source):
            print(f"book: code of {source.name} changed: run 'make notebooks' to see its outputs")
    build_or_report()


def serve() -> None:
    """Show the site, and rebuild it when a source changes."""
    from livereload import Server

    server = Server()
    for pattern in ("chapters/*.md", "chapters/appendix/*.md", "*.md", "_*.yml"):
        server.watch(str(ROOT / pattern), rebuild_after_edit)
    for folder in ("_static", "_templates", "web/src"):
        server.watch(str(ROOT / folder / "*"), rebuild_after_edit)
    print("book: http://localhost:8000 shows your edits; stop with Ctrl+C", flush=True)
    server.serve(root=str(HTML), port=8000)


def main() -> None:
    """Build the site, and serve it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help="show it and rebuild on edits")
    serving = parser.parse_args().serve
    if not build_or_report():
        sys.exit(1)
    if serving:
        serve()


if __name__ == "__main__":
    main()
