"""The site builds without a warning."""

import re

import book
import light_pages
import notebooks
import pytest
import repository
from bs4 import BeautifulSoup


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The built site of a copy whose address nobody has set."""
    folder = tmp_path_factory.mktemp("site")
    book.copy_parts(folder)
    repository.set_address(repository.PLACEHOLDER, folder)
    return book.build(folder)


def page_of(source, html):
    """Built page of a chapter."""
    path = html / source.relative_to(notebooks.ROOT).with_suffix(".html")
    return path.read_text(encoding="utf-8")


def test_the_site_builds_without_a_warning_and_has_every_chapter(html):
    for source in notebooks.chapter_sources([]):
        assert "<h1>" in page_of(source, html)


def test_each_chapter_can_be_downloaded_as_notebook_and_as_source(html):
    for source in notebooks.chapter_sources([]):
        for suffix in (".md", ".ipynb"):
            path = f"_sources/chapters/{source.stem}{suffix}"
            assert f'href="../{path}"' in page_of(source, html)
            stored = source.with_suffix(suffix).read_bytes()
            assert (html / path).read_bytes() == stored


def test_what_needs_the_address_is_absent_until_it_is_set(html):
    for path in html.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        links = " ".join(re.findall(r'(?:href|src)="([^"]*)"', page))
        for name in ("colab.research.google.com", "OWNER/REPO", "repository.invalid"):
            assert name not in links, (path.name, name)
        assert "Report a mistake" not in page
        assert "Edit this page" not in page
    assert not (html / "sitemap.xml").exists()


def test_a_broken_link_stops_the_build(tmp_path):
    book.copy_parts(tmp_path)
    with (tmp_path / "index.md").open("a", encoding="utf-8") as page:
        page.write("\nSee [the missing chapter](chapters/99-missing.md).\n")
    with pytest.raises(book.BuildError, match="99-missing"):
        book.build(tmp_path)


def test_a_broken_anchor_stops_the_build(tmp_path):
    book.copy_parts(tmp_path)
    source = notebooks.chapter_sources([])[0]
    name = source.relative_to(notebooks.ROOT).with_suffix("")
    with (tmp_path / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\nSee [the missing section]({name}.ipynb#no-such-section).\n")
    with pytest.raises(book.BuildError, match="no-such-section"):
        book.build(tmp_path)


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (light_pages.drop_scripts, "fontawesome.js"),
        (light_pages.defer_scripts, "scripts that are not deferred"),
        (light_pages.settle_theme, "the script that sets the theme"),
        (light_pages.mend_for_screen_readers, "names that differ"),
    ],
)
def test_a_step_that_finds_nothing_to_do_stops_the_build(step, missing, html):
    page = BeautifulSoup((html / "index.html").read_text(encoding="utf-8"), "html.parser")
    with pytest.raises(light_pages.LightPagesError, match=f"{missing}.*has the theme changed"):
        step({html / "index.html": page})  # this page is light already


def test_pages_that_are_light_already_stop_the_build(html):
    with pytest.raises(light_pages.LightPagesError, match="tokens of code"):
        light_pages.make_light(html)


def test_tabs_whose_script_is_taken_off_stop_the_build(tmp_path):
    names = " ".join(light_pages.UNUSED_SCRIPTS)
    markup = f"<script>{names}</script><div class='sd-tab-set'></div>"
    page = BeautifulSoup(markup, "html.parser")
    with pytest.raises(light_pages.LightPagesError, match="has tabs or a toggle"):
        light_pages.drop_scripts({tmp_path / "page.html": page})
