"""Build the site from the stored notebooks; warnings are errors."""

import argparse
import subprocess
import sys
from pathlib import Path

from notebooks import CHAPTERS, ROOT, chapter_sources, refresh_prose

HTML = ROOT / "_build" / "html"


def build(root: Path = ROOT) -> subprocess.CompletedProcess:
    """Build the book in a folder strictly; the result holds what Jupyter Book printed."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [str(jupyter_book), "build", "--warningiserror", "--keep-going", "--all", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def build_or_report() -> bool:
    """Build the book of this repository and print what went wrong, if anything."""
    print("book: building the site", flush=True)
    result = build()
    if result.returncode != 0:
        print(result.stdout + result.stderr)
        print("book: the build stopped on the warnings above.", flush=True)
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
    for pattern in (f"{CHAPTERS}/*.md", f"{ROOT}/*.md", f"{ROOT}/_*.yml", f"{ROOT}/_static/*"):
        server.watch(pattern, rebuild_after_edit)
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
