"""Two lessons that tests add to a copy of the book.

``count.md`` is one Markdown file and nothing else; ``measure`` has a quiz, exercises, errors and
a plan. Each costs one line in ``_toc.yml``. Nobody translated them; and of one page, a paragraph
was edited after it was translated.
"""

import shutil
import subprocess
from pathlib import Path

from tools.address import read_address, readme_with_chapters
from tools.chapters import ROOT, Book
from tools.store import store, translate

HERE = Path(__file__).parent
NAMES = ("count", "measure")
#: A page and a sentence of it, as it is and as it is edited.
EDITED = "chapters/appendix/outside"
BEFORE, AFTER = "So that you can stop looking:", "So that you can stop looking for good:"


def copy_repository(root: Path) -> Path:
    """Copy what git knows, add both lessons, and run them as ``make notebooks`` does."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    for name in NAMES:
        shutil.copyfile(HERE / f"{name}.md", root / "chapters" / f"{name}.md")
    shutil.copytree(HERE / "measure", root / "chapters" / "measure")
    list_lessons(root / "_toc.yml")
    edited = root / f"{EDITED}.md"
    edited.write_text(edited.read_text().replace(BEFORE, AFTER))
    book = Book(root)
    for chapter in book.choose(list(NAMES)):
        store(chapter)
    translate(root, list(NAMES))
    (root / "README.md").write_text(readme_with_chapters(book, read_address(root)))
    return root


def list_lessons(contents: Path) -> None:
    """Add a line for each in front of the last page of the table of contents."""
    lines = contents.read_text(encoding="utf-8").rstrip("\n").splitlines()
    last = max(number for number, line in enumerate(lines) if "file: chapters/" in line)
    indent = lines[last].partition("-")[0]
    lines[last:last] = [f"{indent}- file: chapters/{name}" for name in NAMES]
    contents.write_text("\n".join(lines) + "\n", encoding="utf-8")
