"""A static host under a sub-path, and tabs of a browser that let nothing pass."""

from urllib.parse import urlsplit

import pytest

from tools.site import browser

# Where GitHub Pages serves a repository: a site at the top of its host would hide wrong links.
PREFIX = "/onnx-workshop/"


@pytest.fixture(scope="session")
def pages(site):
    """Addresses of all pages, relative to the site."""
    found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [path for path in found if not path.startswith("_static")]


@pytest.fixture(scope="session")
def address(site):
    """Address of the site on a static host."""
    with browser.serving(site, PREFIX) as address:
        yield address


@pytest.fixture
def expect_errors():
    """Texts of console errors that a test provokes on purpose; the test appends to it."""
    return []


@pytest.fixture(scope="session")
def tab(chromium):
    """A tab that tests share, one after the other: a new one takes longer than a page in it."""
    return new_tab(chromium)


def new_tab(chromium, theme="light", script="", **options):
    """A tab of its own, in which a theme is chosen; None leaves the choice to the page."""
    # A color that is on its way to another one is neither's.
    context = chromium.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(15_000)
    chosen = f"localStorage.mode = localStorage.theme = '{theme}';" if theme else ""
    context.add_init_script(chosen + script)
    return context.new_page()


def clean(page):
    """Leave nothing of a test in the shared tab."""
    page.unroute_all()
    page.emulate_media(media="null", color_scheme="null", forced_colors="null")
    if page.url != "about:blank":
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.goto("about:blank")


@pytest.fixture
def open_page(chromium, tab, address, expect_errors):
    """Open pages of the site; a console error or a request to another host fails the test.

    The first page of a test is in the shared tab, unless it asks for something special: for a
    tab of its own, say, if it changes what `clean` cannot undo.
    """
    problems, opened = [], []

    def open_page(
        path="", width=1280, theme="light", height=900, script="", own_tab=False, **options
    ):
        is_special = theme != "light" or script or own_tab or options or tab in opened
        page = new_tab(chromium, theme, script, **options) if is_special else tab
        page.set_viewport_size({"width": width, "height": height})
        opened.append(page)
        for event, listener in listeners.items():
            page.on(event, listener)
        page.goto(address + path)
        return page

    def note_console(message):
        if message.type in ("error", "warning"):
            note(message.text, message.page)

    def note(text, page=None):
        if not any(known in text for known in expect_errors):
            problems.append(f"{page.url if page else ''}: {text}")

    def note_foreign(request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(address).netloc:
            problems.append(f"request to another host: {request.url}")

    listeners = {
        "console": note_console,
        "pageerror": lambda error: note(str(error)),
        "request": note_foreign,
    }
    yield open_page
    for page in opened:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
    try:
        assert not problems, "\n".join(problems)
    finally:
        for page in opened:
            if page is tab:
                clean(page)
            else:
                page.context.close()
