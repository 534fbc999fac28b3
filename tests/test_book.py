"""The site builds without a warning."""

import shutil

import book
import notebooks

PARTS = ["_config.yml", "_toc.yml", "_static", "index.md", "chapters"]


def copy_book(target):
    """Copy what the site is built from."""
    for name in PARTS:
        here, there = notebooks.ROOT / name, target / name
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("models", ".*"))
        else:
            shutil.copy(here, there)


def test_the_site_builds_without_a_warning(tmp_path):
    copy_book(tmp_path)
    result = book.build(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    html = tmp_path / "_build" / "html"
    for source in notebooks.chapter_sources([]):
        page = html / source.relative_to(notebooks.ROOT).with_suffix(".html")
        assert "<h1>" in page.read_text(encoding="utf-8")


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
