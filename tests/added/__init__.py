"""Two lessons that tests add to a copy of the book.

``count.md`` is one Markdown file and nothing else; ``measure`` has a
quiz, exercises, errors and a plan. Each costs one line in ``_toc.yml``.
"""

import shutil
from pathlib import Path

from tools.chapters import ROOT, Book, Chapter
from tools.store import store

HERE = Path(__file__).parent
NAMES = ("count", "measure")


def add_lessons(root: Path) -> list[Chapter]:
    """Add both to the book in a folder, and run them as ``make notebooks`` does."""
    for package in ("helpers", "classroom"):
        shutil.copytree(ROOT / package, root / package, dirs_exist_ok=True)
    for name in NAMES:
        shutil.copyfile(HERE / f"{name}.md", root / "chapters" / f"{name}.md")
    shutil.copytree(HERE / "measure", root / "chapters" / "measure")
    contents = root / "_toc.yml"
    lines = contents.read_text(encoding="utf-8").rstrip("\n").splitlines()
    last = max(n for n, line in enumerate(lines) if "file: chapters/" in line)
    indent = lines[last].partition("-")[0]
    lines[last:last] = [f"{indent}- file: chapters/{name}" for name in NAMES]
    contents.write_text("\n".join(lines) + "\n", encoding="utf-8")
    chapters = Book(root).choose(list(NAMES))
    for chapter in chapters:
        store(chapter)
    return chapters
