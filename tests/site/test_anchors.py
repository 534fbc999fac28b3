"""One rule for anchors: a heading's id on a page is what `anchor` says, and what links name."""

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from tests.books import write_book
from tools.chapters import anchor
from tools.site.errors import BuildError
from tools.site.links import link

TITLE = "Đổi mô hình Keras sang ONNX"
HEADINGS = [TITLE, "`convert_sklearn` or `to_onnx`?", "2 GB: the limit", "What is *new*", "日本語"]
AGAIN = ["Fix", "Fix", "Fix"]
PAGE = "chapters/01-keras"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book of one chapter with these headings, and a link to each of them."""
    links = "\n".join(f"[here](#{anchor(heading)})" for heading in HEADINGS)
    sections = "\n\n".join(f"## {heading}" for heading in [*HEADINGS, *AGAIN])
    code = "```{code-cell} ipython3\n1\n```"
    chapter = f"# Keras\n\n{links}\n\n{code}\n\n{sections}\n"
    return write_book(tmp_path_factory.mktemp("book"), {"01-keras": chapter})


@pytest.fixture(scope="module")
def page(book, tmp_path_factory):
    """The chapter as Sphinx and MyST make it."""
    out, source = tmp_path_factory.mktemp("out"), book.root / "chapters"
    settings = {
        "extensions": ["myst_nb", "tools.site.extensions.anchors"],
        "myst_heading_anchors": 3,
        "root_doc": "01-keras",
        "nb_execution_mode": "off",
    }
    app = Sphinx(source, None, out, out / "trees", "html", settings, status=None, warning=None)
    app.build()
    html = (out / "01-keras.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_id_of_a_heading_is_its_anchor(page, book, heading):
    section = page.find("section", id=anchor(heading))
    shown = heading.replace("`", "").replace("*", "")
    assert section.find("h2").get_text() == f"{shown}¶"
    assert anchor(heading) in [each.anchor for each in book.chapters[0].sections]


def test_equal_headings_are_told_apart_alike(page, book):
    ids = [section["id"] for section in page.find_all("section")]
    assert [each.anchor for each in book.chapters[0].sections] == ids
    assert ids[-3:] == ["fix", "fix-1", "fix-1-2"]


def test_links_by_the_anchor_lead_to_the_id(page):
    found = [link["href"] for link in page.select("a.reference.internal")]
    assert [f"#{anchor(heading)}" for heading in HEADINGS] == found[: len(HEADINGS)]


def test_older_links_by_docutils_id_still_arrive(page):
    section = page.find("section", id=anchor(TITLE))
    assert section.find(id="doi-mo-hinh-keras-sang-onnx")


def test_the_inspector_links_to_the_same_anchor(book):
    assert link(book, "key", PAGE, anchor(TITLE)) == {
        "title": TITLE,
        "address": f"{PAGE}.html#đổi-mô-hình-keras-sang-onnx",
    }


@pytest.mark.parametrize(("name", "section"), [(PAGE, "no-such"), ("chapters/99", "a")])
def test_a_link_to_nowhere_stops_the_build_and_names_its_row(book, name, section):
    with pytest.raises(BuildError, match=rf"links\.yml: loop: .*{name}"):
        link(book, "loop", name, section)
