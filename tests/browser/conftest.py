"""A built site, a static host under a sub-path, and a browser that lets nothing pass."""

import json
import time
import traceback
from pathlib import Path
from urllib.parse import urlsplit

import book
import browser
import pytest
import repository
from playwright.sync_api import sync_playwright

# The site as a copy of the book has it whose address is set: it lies under a sub-path.
ADDRESS = "https://github.com/some-school/onnx-workshop"
PREFIX = "/onnx-workshop/"


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """Do something in one worker; the others wait, and get what it returned."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.json"
        try:
            folder.mkdir()
        except FileExistsError:
            wait_for(done)
        else:
            try:
                result = {"value": str(make(folder))}
            except Exception:
                result = {"problem": traceback.format_exc()}
            done.with_suffix(".partial").write_text(json.dumps(result))
            done.with_suffix(".partial").rename(done)
        result = json.loads(done.read_text())
        assert "problem" not in result, result["problem"]
        return result["value"]

    return once


def wait_for(path, seconds=300):
    """Wait until a file exists."""
    for _ in range(seconds * 10):
        if path.exists():
            return
        time.sleep(0.1)
    raise TimeoutError(f"no {path.name} after {seconds} s: another worker hangs or died")


def build(folder):
    """Build the site of a copy whose address is set."""
    book.copy_parts(folder)
    repository.set_address(ADDRESS, folder)
    return book.build(folder)


@pytest.fixture(scope="session")
def html(once):
    """Folder of the built site."""
    return Path(once("site", build))


@pytest.fixture(scope="session")
def pages(html):
    """Addresses of all pages, relative to the site."""
    found = sorted(path.relative_to(html).as_posix() for path in html.rglob("*.html"))
    return [path for path in found if not path.startswith("_static")]


@pytest.fixture(scope="session")
def site(html):
    """Address of the site on a static host."""
    with browser.serving(html, PREFIX) as address:
        yield address


@pytest.fixture(scope="session")
def chromium(once):
    """Chromium without a window."""
    program = once("chromium", lambda folder: browser.chromium())
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=browser.OPTIONS)
        yield running
        running.close()


@pytest.fixture
def expect_errors():
    """Texts of console errors that a test provokes on purpose; the test appends to it."""
    return []


@pytest.fixture
def open_page(chromium, site, expect_errors):
    """Open pages of the site; a console error or a request to another host fails the test."""
    problems, contexts = [], []

    def open_page(path="", width=1280, theme="light", height=900, script="", **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(15_000)
        chosen = f"localStorage.mode = localStorage.theme = '{theme}';" if theme else ""
        context.add_init_script(chosen + script)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: note(message.type, message.text, page))
        page.on("pageerror", lambda error: note("error", str(error), page))
        page.on("request", lambda request: note_foreign(request.url))
        page.goto(site + path)
        return page

    def note(kind, text, page):
        if kind in ("error", "warning") and not any(known in text for known in expect_errors):
            problems.append(f"{page.url}: {text}")

    def note_foreign(url):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(site).netloc:
            problems.append(f"request to another host: {url}")

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)
