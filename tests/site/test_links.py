"""The inspector's messages lead to sections that the chapters have."""

import json

import pytest

from tools.chapters import read_book
from tools.site import links
from tools.site.errors import BuildError

FIRST = read_book().chapters[0].page


@pytest.fixture
def rows(tmp_path, monkeypatch):
    """Write other rows than the book's; they lie in a book at the same place."""

    def rows(text):
        path = tmp_path / "web" / "inspect" / "links.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(links, "FILE", path)
        monkeypatch.setattr(links, "ROOT", tmp_path)
        return read_book()

    return rows


def test_a_message_gets_the_title_and_the_address_of_a_section():
    module = links.links_module(read_book())
    found = json.loads(module.removeprefix("export const SECTIONS = ").rstrip(";\n"))
    assert found
    for link in found.values():
        page, _, anchor = link["address"].partition(".html#")
        [chapter] = [chapter for chapter in read_book() if chapter.page == page]
        assert anchor in {section.anchor for section in chapter.sections}
        assert "`" not in link["title"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{page: chapters/99-gone, section: a}", "the book has no chapter chapters/99-gone"),
        ("{page: FIRST, section: gone}", "has no section #gone"),
    ],
)
def test_a_row_that_leads_nowhere_names_file_and_key(rows, row, problem):
    with pytest.raises(BuildError, match=f"^web/inspect/links.yml: batch: .*{problem}"):
        links.read_links(rows(f"batch: {row}\n".replace("FIRST", FIRST)))
