"""The build is strict, and what needs the address of the repository waits for it."""

import re
import shutil

import nbformat
import pytest

from tests.books import write_book
from tools.address import PLACEHOLDER, write_address
from tools.chapters import Book
from tools.notebook import derive
from tools.site import build
from tools.site.build import run_jupyter_book
from tools.site.errors import BuildError
from tools.site.light import make_light
from tools.site.stage import copy_book, stage

pytestmark = pytest.mark.slow

BROKEN = """\
# A page

See [the missing page](99-missing.md) and [the missing section](#no-such-section).
"""
LESSON = """\
# Đổi số thành chữ

See [the part below](#đổi-chữ-thành-số).

```{code-cell} ipython3
print(1)
```

## Đổi chữ thành số
"""


def test_a_broken_link_and_a_broken_anchor_stop_the_build_and_both_are_named(tmp_path):
    (tmp_path / "_config.yml").write_text("only_build_toc_files: true\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "index.md").write_text(BROKEN)
    with pytest.raises(BuildError, match=r"(?s)99-missing.*no-such-section"):
        run_jupyter_book(tmp_path, tmp_path / "html")


@pytest.fixture(scope="module")
def small(tmp_path_factory, dist):
    """Site of a book of one page and one lesson, whose address nobody has set."""
    root = copy_book(tmp_path_factory.mktemp("small"))
    shutil.rmtree(root / "chapters")
    (root / "chapters").mkdir()
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: inspect\n  - file: chapters/lesson\n"
    )
    (root / "index.md").write_text("# A book\n\nIt has a lesson.\n\n<!-- here: chapters -->\n")
    (root / "inspect.md").write_text("# Inspect\n\n<!-- here: inspector -->\n")
    (root / "chapters" / "lesson.md").write_text(LESSON, encoding="utf-8")
    write_address(PLACEHOLDER, root)
    [chapter] = Book(root)
    notebook = derive(chapter)
    notebook.metadata["executed"] = {"date": "2026-11-05", "python": "3.11", "packages": {}}
    nbformat.write(notebook, chapter.notebook)
    source = stage(Book(root), dist)
    html = run_jupyter_book(source, root / "_build" / "html")
    make_light(html, source)
    return html


@pytest.mark.node
def test_what_needs_the_address_is_absent_until_it_is_set(small):
    for path in small.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        links = " ".join(re.findall(r'(?:href|src)="([^"]*)"', page))
        for name in ("colab.research.google.com", "OWNER/REPO", "repository.invalid"):
            assert name not in links, (path.name, name)
        assert "Report a mistake" not in page
        assert "Edit this page" not in page
    assert not (small / "sitemap.xml").exists()


@pytest.mark.node
def test_a_book_of_one_short_lesson_in_any_alphabet_builds(small):
    page = (small / "chapters" / "lesson.html").read_text(encoding="utf-8")
    assert 'id="đổi-chữ-thành-số"' in page
    assert "last executed on November 5, 2026" in page
    assert 'href="chapters/lesson.html"' in (small / "index.html").read_text(encoding="utf-8")


def test_an_edition_is_built_again_only_when_something_of_it_changed(tmp_path, monkeypatch):
    book = write_book(tmp_path, {"lesson": "# A lesson\n"})
    source = tmp_path / "_build" / "book"
    source.mkdir(parents=True)
    ran = []

    def run(module, *arguments):
        ran.append(module)
        (source.parent / "sites" / "en").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(build, "run", run)
    (source / "index.md").write_text("# A book\n")
    assert build.build_edition(book, source, "") == source.parent / "sites" / "en"
    assert ran == ["tools.site.jupyter_book", "tools.site.light"]
    build.build_edition(book, source, "")
    assert len(ran) == 2
    build.build_edition(book, source, "https://some-school.github.io/")
    assert len(ran) == 4
    (source / "index.md").write_text("# The book\n")
    build.build_edition(book, source, "https://some-school.github.io/")
    assert len(ran) == 6


def test_an_edition_whose_build_failed_is_built_again(tmp_path, monkeypatch):
    book = write_book(tmp_path, {"lesson": "# A lesson\n"})
    source = tmp_path / "_build" / "book"
    source.mkdir(parents=True)

    def run(module, *arguments):
        raise BuildError("a warning")

    monkeypatch.setattr(build, "run", run)
    for _ in range(2):
        with pytest.raises(BuildError, match="a warning"):
            build.build_edition(book, source, "")
