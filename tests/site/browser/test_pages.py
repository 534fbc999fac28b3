"""Every page: no error, no request to another host, no dead link, and what a page promises."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.site.editions import in_english_and_with_translations
from tools.address import read_address, site_address
from tools.chapters import ROOT, read_book
from tools.editions import languages
from tools.site.light import HELD

LESSONS = [chapter.page for chapter in read_book()]
FIRST = LESSONS[0]
MADE_BY_SPHINX = [
    f"{prefix}{name}.html"
    for prefix in ["", *(f"{language}/" for language in languages(ROOT))]
    for name in ("404", "genindex", "search")
]


@pytest.fixture(scope="session")
def parsed(site, pages):
    """Parsed pages by address, without code and outputs: most of a page, and no link of it."""
    texts = {page: (site / page).read_text(encoding="utf-8") for page in pages}
    return {page: BeautifulSoup(HELD.sub("", text), "html.parser") for page, text in texts.items()}


@in_english_and_with_translations
def test_links_and_anchors_resolve(parsed, site, address):
    anchors = {
        path: {element["id"] for element in page.find_all(id=True)}
        for path, page in parsed.items()
    }
    broken = []
    root = urlsplit(address)
    for path, page in parsed.items():
        here = urljoin(address, path)
        for link in page.find_all(["a", "link", "script", "img"]):
            named = link.get("href", link.get("src"))
            target = urlsplit(urljoin(here, named))
            if named is None or target.netloc != root.netloc:
                continue
            wanted = unquote(target.path)
            name = wanted.removeprefix(root.path) or "index.html"
            if not wanted.startswith(root.path) or not (site / name).is_file():
                broken.append(f"{path}: {link}")
            elif target.fragment and name in parsed and link.name == "a":
                anchor = unquote(target.fragment)
                if anchor not in anchors[name]:
                    broken.append(f"{path}: no anchor {anchor} in {name}")
    assert broken == []


@in_english_and_with_translations
def test_every_page_describes_itself(parsed):
    described = {
        path: page.find("meta", attrs={"name": "description"})
        for path, page in parsed.items()
        if path not in MADE_BY_SPHINX
    }
    texts = [tag["content"] for tag in described.values()]
    assert all(len(text) > 50 for text in texts), described
    assert len(set(texts)) == len(texts)


@in_english_and_with_translations
def test_every_page_says_when_it_was_executed_and_every_chapter_with_what(parsed):
    lessons = [f"{page}.html" for page in LESSONS]
    for path in lessons:
        line = parsed[path].select_one(".executed").text
        assert "last executed on" in line
        assert "Python 3." in line
        assert re.search(r"(onnxruntime|skl2onnx) 1\.", line)
    for path, page in parsed.items():
        if path not in [*lessons, *MADE_BY_SPHINX]:
            assert re.search(r"\b20\d\d\b", page.select_one(".executed").text), path


def test_buttons_lead_to_the_address_that_is_set(parsed, site):
    address = read_address(site.parents[1])
    start = site_address(address)
    sitemap = (site / "sitemap.xml").read_text()
    for path in LESSONS:
        page = parsed[f"{path}.html"]
        links = [link["href"] for link in page.select("a[href]")]
        assert f"{address}/edit/main/{path}.md" in links
        assert any(link.startswith(f"{address}/issues/new?title=Mistake") for link in links)
        assert any("colab.research.google.com/github/some-school" in link for link in links)
        assert f"<loc>{start}{path}.html</loc>" in sitemap
        card = page.find("meta", property="og:image")["content"]
        assert (site / card.removeprefix(start)).is_file()


def test_a_missing_page_helps_on_from_any_depth(open_page, expect_errors):
    expect_errors.append("404")
    for path in ("nothing.html", "chapters/no/such/page.html"):
        page = open_page(path)
        assert page.get_by_role("heading", name="Page not found").is_visible()
    page.locator("main a[href$='error-index.html']").click()
    assert page.url.endswith("/chapters/appendix/error-index.html")
    assert page.locator("article table").first.is_visible()


def test_the_theme_switch_changes_the_theme_and_keeps_it(open_page):
    page = open_page(f"{FIRST}.html", theme=None)
    html = page.locator("html")
    assert html.get_attribute("data-theme") == "light"
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        if html.get_attribute("data-mode") == "dark":
            break
        page.locator(".theme-switch-button").first.click()
    page.reload()
    assert html.get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_copy_buttons_give_the_cell_as_it_is(open_page):
    page = open_page(f"{FIRST}.html", permissions=["clipboard-read", "clipboard-write"])
    cells = page.locator(".cell_input .highlight:visible")
    for number in (1, cells.count() // 2, cells.count() - 1):
        page.evaluate("navigator.clipboard.writeText('')")
        cells.nth(number).hover()
        cells.nth(number).locator(".copybtn").click()
        page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 0)")
        copied = page.evaluate("navigator.clipboard.readText()")
        compile(copied, "copied", "exec")
        assert copied.strip() == cells.nth(number).locator("pre").inner_text().strip()


def test_the_keyboard_reaches_the_text_first_and_shows_where_it_is(open_page):
    page = open_page(f"{FIRST}.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    for _ in range(8):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")


def test_print_shows_the_text_and_no_navigation(open_page):
    page = open_page(f"{FIRST}.html")
    page.emulate_media(media="print")
    assert page.locator("article section p").first.is_visible()
    assert not page.locator("#pst-primary-sidebar").is_visible()
    assert not page.locator(".copybtn").first.is_visible()
