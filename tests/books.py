"""Small books that tests write."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tools.chapters import ROOT, Book


def write_book(root: Path, sources: dict[str, str], listed: Sequence[str] = ()) -> Book:
    """Write a book of these chapters, by name; ``listed`` are other pages of its contents."""
    for name, text in sources.items():
        path = root / "chapters" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pages = [*(f"chapters/{name}" for name in sources), *listed]
    entries = "".join(f"  - file: {page}\n" for page in pages)
    (root / "_toc.yml").write_text(f"root: index\nchapters:\n{entries}", encoding="utf-8")
    shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
    return Book(root)
