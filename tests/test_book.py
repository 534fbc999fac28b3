"""The site builds without a warning."""

import shutil

import book
import notebooks
import pytest
import repository

PARTS = ["_config.yml", "_toc.yml", "_static", "index.md", "chapters", "tools", "pyproject.toml"]


def copy_book(target):
    """Copy what the site is built from."""
    for name in PARTS:
        here, there = notebooks.ROOT / name, target / name
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("models", ".*"))
        else:
            shutil.copy(here, there)


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    copy_book(folder)
    result = book.build(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "_build" / "html"


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


def test_colab_buttons_appear_when_the_address_is_set_and_only_then(html, tmp_path):
    for source in notebooks.chapter_sources([]):
        known = repository.read_address() != repository.PLACEHOLDER
        assert ("colab.research.google.com/github" in page_of(source, html)) == known
    copy_book(tmp_path)
    (tmp_path / "README.md").write_bytes((notebooks.ROOT / "README.md").read_bytes())
    repository.set_address("https://github.com/some-school/workshop", tmp_path)
    assert book.build(tmp_path).returncode == 0
    for source in notebooks.chapter_sources([]):
        page = page_of(source, tmp_path / "_build" / "html")
        link = f"github/some-school/workshop/blob/main/chapters/{source.stem}.ipynb"
        assert f"https://colab.research.google.com/{link}" in page


def test_a_broken_link_stops_the_build(tmp_path):
    copy_book(tmp_path)
    with (tmp_path / "index.md").open("a", encoding="utf-8") as page:
        page.write("\nSee [the missing chapter](chapters/99-missing.md).\n")
    result = book.build(tmp_path)
    assert result.returncode != 0
    assert "99-missing" in result.stdout + result.stderr


def test_a_broken_anchor_stops_the_build(tmp_path):
    copy_book(tmp_path)
    source = notebooks.chapter_sources([])[0]
    name = source.relative_to(notebooks.ROOT).with_suffix("")
    with (tmp_path / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\nSee [the missing section]({name}.ipynb#no-such-section).\n")
    result = book.build(tmp_path)
    assert result.returncode != 0
    assert "no-such-section" in result.stdout + result.stderr
