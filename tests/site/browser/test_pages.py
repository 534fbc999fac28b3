"""Every page: no error, no request to another host, no dead link, and what a page promises."""

from urllib.parse import unquote, urljoin, urlsplit

import pytest
import repository
from bs4 import BeautifulSoup


@pytest.fixture(scope="session")
def parsed(html, pages):
    """Parsed pages by address."""
    return {
        page: BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser")
        for page in pages
    }


def test_links_and_anchors_resolve(parsed, html, site):
    anchors = {
        address: {element["id"] for element in page.find_all(id=True)}
        for address, page in parsed.items()
    }
    broken = []
    root = urlsplit(site)
    for address, page in parsed.items():
        here = urljoin(site, address)
        for link in page.select("a[href], link[href], script[src], img[src]"):
            target = urlsplit(urljoin(here, link.get("href") or link.get("src")))
            if target.netloc != root.netloc:
                continue
            path = unquote(target.path)
            name = path.removeprefix(root.path) or "index.html"
            if not path.startswith(root.path) or not (html / name).is_file():
                broken.append(f"{address}: {link}")
            elif target.fragment and name in parsed and link.name == "a":
                anchor = unquote(target.fragment)
                if anchor not in anchors[name]:
                    broken.append(f"{address}: no anchor {anchor} in {name}")
    assert broken == []


def test_every_page_describes_itself(parsed):
    described = {
        address: page.find("meta", attrs={"name": "description"})
        for address, page in parsed.items()
        if page.find("article") and address not in ("404.html", "search.html", "genindex.html")
    }
    texts = [tag["content"] for tag in described.values()]
    assert len(texts) >= 8
    assert all(len(text) > 50 for text in texts), described
    assert len(set(texts)) == len(texts)


def test_every_page_says_when_it_was_executed_and_every_chapter_with_what(parsed):
    chapters = [address for address in parsed if address.startswith("chapters/0")]
    assert len(chapters) >= 4
    for address in chapters:
        line = parsed[address].select_one(".executed").text
        assert "last executed on" in line
        assert "Python 3." in line
        assert "onnxruntime 1." in line
    for address, page in parsed.items():
        if address not in [*chapters, "404.html", "search.html", "genindex.html"]:
            assert "was executed on" in page.select_one(".executed").text, address


def test_buttons_lead_to_the_address_that_is_set(parsed, html):
    address = repository.read_address(html.parents[1])
    page = parsed["chapters/02-keras-to-onnx.html"]
    links = [link["href"] for link in page.select("a[href]")]
    assert f"{address}/edit/main/chapters/02-keras-to-onnx.md" in links
    assert any(link.startswith(f"{address}/issues/new?title=Mistake") for link in links)
    assert any("colab.research.google.com/github/some-school" in link for link in links)
    sitemap = (html / "sitemap.xml").read_text()
    start = "https://some-school.github.io/onnx-workshop/"
    assert f"<loc>{start}chapters/02-keras-to-onnx.html</loc>" in sitemap
    card = page.find("meta", property="og:image")["content"]
    assert (html / card.removeprefix(start)).is_file()


def test_a_missing_page_helps_on_from_any_depth(open_page, expect_errors):
    expect_errors.append("404")
    for address in ("nothing.html", "chapters/no/such/page.html"):
        page = open_page(address)
        assert page.get_by_role("heading", name="Page not found").is_visible()
    page.get_by_role("link", name="error index").first.click()
    assert page.get_by_role("heading", name="Error index").is_visible()


def test_the_theme_switch_changes_the_theme_and_keeps_it(open_page):
    page = open_page("chapters/01-what-is-onnx.html", theme=None)
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
    page = open_page(
        "chapters/01-what-is-onnx.html", permissions=["clipboard-read", "clipboard-write"]
    )
    cells = page.locator(".cell_input .highlight")
    for number in (2, 5, 9):
        page.evaluate("navigator.clipboard.writeText('')")
        cells.nth(number).hover()
        cells.nth(number).locator(".copybtn").click()
        page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 0)")
        copied = page.evaluate("navigator.clipboard.readText()")
        compile(copied, "copied", "exec")
        assert copied.strip() == cells.nth(number).locator("pre").inner_text().strip()


def test_the_keyboard_reaches_the_text_first_and_shows_where_it_is(open_page):
    page = open_page("chapters/01-what-is-onnx.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    for _ in range(8):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")


def test_print_shows_the_text_and_no_navigation(open_page):
    page = open_page("chapters/01-what-is-onnx.html")
    page.emulate_media(media="print")
    assert page.get_by_text("You trained a model, and it works").is_visible()
    assert not page.locator("#pst-primary-sidebar").is_visible()
    assert not page.locator(".copybtn").first.is_visible()
