"""The address of the repository, and what follows from it.

``pyproject.toml`` holds it and nothing else does. From it come the first code cell of every
notebook, the addresses of the site and of Colab, and the block of chapters in the README.
"""

import re
import tomllib
from pathlib import Path

from tools.chapters import ROOT, Book, ChapterError, read_book
from tools.editions import ENGLISH

PLACEHOLDER = "https://repository.invalid/OWNER/REPO"
PATTERN = re.compile(r"https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
COLAB = "https://colab.research.google.com"
BRANCH = "main"

FIRST_CELL = """\
# Where the packages of the book are missing, as in Colab: install them.
import importlib.util
import subprocess
import sys

for name in ("helpers", "classroom"):
    found = importlib.util.find_spec(name)
    if found and str(found.origin).endswith(f"{{name}}.py"):
        raise SystemExit(f"Rename your {{name}}.py and restart the kernel.")
if found is None:
    book = "git+{address}@{branch}"
    # This bound on onnx leaves the protobuf that Colab has.
    packages = ["onnx<1.21", "onnxruntime", "tf2onnx", "skl2onnx"]
    packages += ["onnxmltools", "lightgbm"{more}book]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *packages]
    if subprocess.run(pip).returncode != 0:
        raise SystemExit("Failed: is there a network? Then run this again.")
    importlib.invalidate_caches()
    print(f"installed {{', '.join(packages[:-1])}}, helpers, classroom")
"""

PREFLIGHT_CALL = """
from classroom.preflight import preflight

preflight()
"""

BEFORE_PUBLISHING = """\
> Before you publish a copy of this book, tell it where it lives: \
`make repository URL=https://github.com/OWNER/REPO`

"""
README_BLOCK = re.compile(r"(<!-- chapters -->\n).*?(<!-- /chapters -->)", re.DOTALL)


def read_address(root: Path = ROOT) -> str:
    """Address of the repository, from the one place that names it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["urls"]["Repository"]


def is_known(address: str) -> bool:
    """Whether this is an address, and not the placeholder of a copy that has none yet."""
    return address != PLACEHOLDER


def first_cell(address: str, needs: tuple[str, ...] = (), language: str = ENGLISH) -> str:
    """Text of the cell that a notebook begins with, given the groups of packages it needs.

    In another language, it also tells gettext which one, for the book's own messages.
    """
    names = [f'"{name}"' for group in needs for name in group_packages(group)]
    # Lines of a page's width.
    more = f"]\n    packages += [{', '.join(names)}]\n    packages += [" if names else ", "
    text = FIRST_CELL.format(address=address, branch=BRANCH, more=more).rstrip("\n")
    if language == ENGLISH:
        return text
    setting = f'os.environ["LANGUAGE"] = "{language}"'
    text = text.replace("import subprocess", "import os\nimport subprocess")
    return text.replace("\nfor name", f"\n{setting}\nfor name")


def group_packages(group: str, root: Path = ROOT) -> list[str]:
    """Packages of a group in ``pyproject.toml``, as a reader in Colab asks for them.

    Of the bounds, only those above are kept: pip takes the newest below them.

    Raises
    ------
    ChapterError
        When there is no such group.

    Examples
    --------
    >>> group_packages("boosters")
    ['xgboost', 'catboost', 'category-encoders']
    >>> group_packages("serve")[-1]
    'tritonclient[http]<2.68'
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    if group not in groups:
        raise ChapterError(
            f"'needs' names groups of pyproject.toml ({', '.join(groups)}), found {group!r}"
        )
    found = []
    for line in groups[group]:
        name, above = re.findall(r"^[\w-]+(?:\[\w+\])?", line)[0], re.findall(r"<[\d.]+", line)
        found.append(name.removesuffix("-cpu") + "".join(above))
    return list(dict.fromkeys(found))


def preflight_cell(address: str) -> str:
    """Text of the one cell that installs the book in Colab and checks the machine there."""
    return f"{first_cell(address)}\n{PREFLIGHT_CALL}"


def colab_link(address: str, page: str) -> str:
    """Address that opens the notebook of a page, such as ``vi/chapters/boosters``, in Colab."""
    path = address.removeprefix("https://github.com/")
    return f"{COLAB}/github/{path}/blob/{BRANCH}/{page}.ipynb"


def site_address(address: str) -> str:
    """Address of the site that GitHub Pages serves for a repository."""
    owner, name = address.split("/")[-2:]
    if name.lower() == f"{owner}.github.io".lower():
        return f"https://{name}/"
    return f"https://{owner}.github.io/{name}/"


def write_address(address: str, root: Path = ROOT) -> None:
    """Write the address into ``pyproject.toml``.

    Raises
    ------
    ChapterError
        When it is not the address of a repository on GitHub, where Colab can open it.
    """
    address = address.strip().removesuffix("/").removesuffix(".git")
    if is_known(address) and not PATTERN.fullmatch(address):
        raise ChapterError(
            f"expected an address such as https://github.com/OWNER/REPO, got {address!r}"
        )
    pyproject = root / "pyproject.toml"
    content = pyproject.read_text(encoding="utf-8")
    line = re.compile(r'^Repository = ".*"$', re.MULTILINE)
    pyproject.write_text(line.sub(f'Repository = "{address}"', content), encoding="utf-8")


def readme_with_chapters(book: Book, address: str) -> str:
    """Text of the README with its block of chapters as it should be.

    Raises
    ------
    ChapterError
        When the README has no such block, or two.
    """
    rows = ["| chapter | notebook |", "| --- | --- |"]
    for chapter in book:
        badge = f"[`{chapter.page}.ipynb`]({chapter.page}.ipynb)"
        if is_known(address):
            image = f"![Open in Colab]({COLAB}/assets/colab-badge.svg)"
            badge = f"[{image}]({colab_link(address, chapter.page)})"
        rows.append(f"| {chapter.title} | {badge} |")
    note = "" if is_known(address) else BEFORE_PUBLISHING
    text = (book.root / "README.md").read_text(encoding="utf-8")
    block = note + "\n".join(rows) + "\n"
    changed, count = README_BLOCK.subn(lambda found: found[1] + block + found[2], text)
    if count != 1:
        raise ChapterError(
            "README.md:1: expected one block between <!-- chapters --> and <!-- /chapters -->, "
            f"found {count}"
        )
    return changed


def write_readme(root: Path = ROOT) -> None:
    """Bring the block of chapters in the README up to date."""
    book = Book(root)
    text = readme_with_chapters(book, read_address(root))
    (root / "README.md").write_text(text, encoding="utf-8")


def current_readme() -> bool:
    """Whether the README says what the book has."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text == readme_with_chapters(read_book(), read_address())
