"""A new lesson is on the landing page, in the navigation and in the search of the site.

The site that the tests look at is that of a copy of the book with two more lessons.
"""

import json

import pytest
from bs4 import BeautifulSoup

from tests.site.editions import with_translations
from tools.address import COLAB, colab_link, read_address
from tools.site.extensions.search import TARGET

TITLES = {"count": "Count the records", "measure": "Measure a file"}


def page(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_every_page_leads_to_it(site, name, title):
    for other in ("index", "inspect", "chapters/appendix/glossary"):
        links = page(site, other).select("nav a[href]")
        found = [link for link in links if link["href"].endswith(f"{name}.html")]
        assert title in [" ".join(link.get_text().split()) for link in found], other


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_the_landing_page_has_a_card_of_it(site, name, title):
    [card] = [
        card
        for card in page(site, "index").select(".sd-card")
        if card.find("a", href=f"chapters/{name}.html")
    ]
    assert title in card.get_text()


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_its_page_shows_its_outputs_and_opens_in_colab(site, name, title):
    lesson = page(site, f"chapters/{name}")
    assert title in lesson.h1.get_text()
    assert lesson.select(".cell_output")
    links = [link["href"] for link in lesson.select("a[href]")]
    assert any(f"/blob/main/chapters/{name}.ipynb" in link for link in links)


@with_translations
@pytest.mark.parametrize("name", [*TITLES, "01-what-is-onnx"])
def test_its_vietnamese_page_and_no_other_opens_the_vietnamese_notebook_in_colab(site, name):
    address = read_address(site.parents[1])
    for prefix in ("", "vi/"):
        links = [link["href"] for link in page(site, f"{prefix}chapters/{name}").select("a[href]")]
        colab = {link for link in links if link.startswith(COLAB)}
        assert colab == {colab_link(address, f"{prefix}chapters/{name}")}


@with_translations
def test_the_cards_of_the_vietnamese_landing_page_open_vietnamese_notebooks(site):
    for prefix in ("", "vi/"):
        links = [link["href"] for link in page(site, f"{prefix}index").select(".sd-card a[href]")]
        colab = [link for link in links if link.startswith(COLAB)]
        assert colab
        assert all(f"/blob/main/{prefix}chapters/" in link for link in colab)


def test_the_search_knows_its_sections_and_its_errors(site):
    sections = json.loads((site / TARGET).read_text(encoding="utf-8"))
    found = {section["url"]: section for section in sections}
    assert "chapters/count.html#count-the-records" in found
    measured = found["chapters/measure.html#đổi-mô-hình-keras-sang-onnx"]
    assert "no-such-zebra.onnx" in measured["errors"][0]["text"]


def test_the_error_index_has_its_row(site):
    assert "no-such-zebra.onnx" in page(site, "chapters/appendix/error-index").get_text()
