"""The site of a translation, put into that of the book."""

from pathlib import Path

import pytest

from tools.site.join import join

PAGE = '<a href="../_static/a.css"></a> <img src="../_images/b.png"> <a href="two.html#x"></a>'


@pytest.fixture
def sites(tmp_path):
    """Two sites with a page each; of what the page names, the style is the same in both."""
    for name in ("html", "html-vi"):
        for path in ("chapters", "_static", "_images"):
            (tmp_path / name / path).mkdir(parents=True)
        (tmp_path / name / "chapters" / "one.html").write_text(PAGE)
        (tmp_path / name / "_static" / "a.css").write_text("a {}")
        (tmp_path / name / "_images" / "b.png").write_text(name)
        (tmp_path / name / "sitemap.xml").write_text(f"<urlset><url>{name}</url></urlset>")
    join(tmp_path / "html", tmp_path / "html-vi", "vi")
    return tmp_path / "html"


def test_what_is_the_same_is_kept_once_and_named_where_it_lies(sites):
    files = {path.relative_to(sites) for path in sites.rglob("*") if path.is_file()}
    names = ("_images/b.png", "_static/a.css", "chapters/one.html", "sitemap.xml")
    translated = ("vi/_images/b.png", "vi/chapters/one.html")
    assert files == set(map(Path, [*names, *translated]))
    page = (sites / "vi" / "chapters" / "one.html").read_text()
    assert page == PAGE.replace("../_static", "../../_static")


def test_one_list_names_the_pages_of_both(sites):
    text = (sites / "sitemap.xml").read_text()
    assert text == "<urlset><url>html</url><url>html-vi</url></urlset>"


def test_a_site_without_an_address_has_no_list(tmp_path):
    for name in ("html", "html-vi"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    join(tmp_path / "html", tmp_path / "html-vi", "vi")
    assert (tmp_path / "html" / "vi" / "index.html").read_text() == "html-vi"
