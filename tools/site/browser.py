"""Find Chromium for the browser tests and Lighthouse, and serve a built site to it."""

import gzip
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import DEVNULL, run

NAMES = [
    "chromium-headless-shell",  # as below, without what a window needs
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]
# Quiet, and without requests of the browser's own; root, as in a container, needs no sandbox.
OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]
MISSING = (
    "The browser tests need Chromium or Chrome, which was not found and could not be installed. "
    "Install it and run again. Debian: sudo apt-get install chromium-headless-shell. Elsewhere: "
    "{python} -m playwright install chromium. A browser in an unusual place: set "
    "CHROMIUM=/path/to/the/program."
)
COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".xml"}


def find_chromium() -> str | None:
    """Path of an installed Chromium or Chrome, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return playwright_chromium()


def playwright_chromium() -> str | None:
    """Path of the Chromium that Playwright installed for itself, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def chromium() -> str:
    """Path of Chromium, installed first if that takes no question; call it outside of Playwright.

    Raises
    ------
    RuntimeError
        When there is none and none could be installed; the message says what to type.
    """
    found = find_chromium()
    if not found and not os.environ.get("CHROMIUM"):
        install()
        found = find_chromium()
    if not found:
        raise RuntimeError(MISSING.format(python=sys.executable))
    return found


def install() -> None:
    """Install Chromium from Debian's packages where that is allowed, else Playwright's."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        run_quietly(["apt-get", "update"])
        for name in NAMES[:2]:
            if not find_chromium():
                install = ["apt-get", "install", "--yes", "--no-install-recommends", name]
                run_quietly(install)
    if not find_chromium():
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        run_quietly(command)


def run_quietly(command: list[str]) -> None:
    """Run a command; what came of it is seen by looking for a browser."""
    run(command, stdout=DEVNULL, stderr=DEVNULL, check=False)


@contextmanager
def serving(folder: Path, prefix: str = "/") -> Iterator[str]:
    """Serve a folder below a prefix, as a static host does: gzip, no listing, its own 404 page.

    Parameters
    ----------
    folder : pathlib.Path
        The built site.
    prefix : str
        Path that the site's address ends in, such as ``/book/``.

    Yields
    ------
    str
        Address of the site, with a slash at the end.
    """
    compress = cache(gzip.compress)

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def translate_path(self, path: str) -> str:
            if not path.startswith(prefix):
                return str(folder / "no such file")
            return super().translate_path("/" + path.removeprefix(prefix))

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            status = 200 if path.is_file() else 404
            path = path if status == 200 else folder / "404.html"
            body = path.read_bytes() if path.is_file() else b"not found"
            self.send_response(status)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Cache-Control", "max-age=600")
            if path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = compress(body)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Print nothing: the tests look at the browser's side."""

    scripts = {".js": "text/javascript", ".mjs": "text/javascript"}
    Handler.extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **scripts}
    with ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory=str(folder))) as s:
        threading.Thread(target=s.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{s.server_port}{prefix}"
        finally:
            s.shutdown()
