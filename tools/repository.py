"""Set the repository's address in the one place that names it, and in all derived ones.

``pyproject.toml`` holds the address. Derived from it are: two blocks in ``_config.yml`` (the
buttons and the address of the site), the first code cell of every chapter, and blocks in the
README, on the landing page and on the page for teachers.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path

import notebooks
import yaml

PLACEHOLDER = "https://repository.invalid/OWNER/REPO"
PATTERN = re.compile(r"https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
COLAB = "https://colab.research.google.com"
BRANCH = "main"
FIRST_CHAPTER = "chapters/02-keras-to-onnx"

FIRST_CELL = """\
# Where the book's helpers are missing, as in Colab: install what it takes.
import importlib.util
import subprocess
import sys
import time

if importlib.util.find_spec("helpers") is None:
    start = time.perf_counter()
    book = "git+{address}@{branch}"
    # This bound on onnx leaves the protobuf that Colab has.
    packages = ["onnx<1.21", "onnxruntime", "tf2onnx", "skl2onnx"]
    packages += ["onnxmltools", "lightgbm", book]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *packages]
    if subprocess.run(pip).returncode != 0:
        raise SystemExit("Failed: is there a network? Then run this again.")
    importlib.invalidate_caches()
    taken = time.perf_counter() - start
    print(f"installed {{', '.join(packages[:-1])}}, helpers in {{taken:.0f}} s")
"""

PREFLIGHT_CALL = """
from helpers.preflight import preflight

preflight()
"""

PAGE_BUTTONS = """\
  baseurl: {site}
  use_edit_page_button: true
  use_issues_button: true
  use_repository_button: true
"""

COLAB_CARD = """\
:::{{grid-item-card}} Open in Colab
:link: {link}

Run it now: the first cell installs what it takes.
:::
"""

CONFIG_BUTTONS = """\
repository:
  url: {address}
  branch: {branch}
launch_buttons:
  colab_url: {colab}
"""

README_BEFORE_PUBLISHING = """\
> Before you publish a copy of this book, tell it where it lives: `make repository URL=https://github.com/OWNER/REPO`
"""


class Place:
    """A file, or a block of it, whose text follows from the address.

    A block stands between a line that ends in ``[NAME]`` and one that ends in ``[/NAME]``.
    """

    def __init__(self, path: Path, name: str, text: str):
        self.path, self.name, self.text = path, name, text

    def wanted(self) -> str:
        """Whole text of the file, with the block as it should be."""
        content = self.path.read_text(encoding="utf-8")
        block = re.compile(
            rf"^(.*\[{self.name}\].*\n)(?:.*\n)*?(.*\[/{self.name}\].*)$", re.MULTILINE
        )
        changed, count = block.subn(lambda m: m[1] + self.text + m[2], content)
        if count != 1:
            raise ValueError(f"{self.path.name}: expected one block [{self.name}], found {count}")
        return changed


def read_address(root: Path = notebooks.ROOT) -> str:
    """Address of the repository, from the one place that names it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["urls"]["Repository"]


def first_cell(address: str) -> str:
    """Text of the cell that every chapter begins with."""
    return FIRST_CELL.format(address=address, branch=BRANCH)


def preflight_cell(address: str) -> str:
    """Text of the one cell that installs the book in Colab and checks the machine there."""
    return first_cell(address) + PREFLIGHT_CALL


def colab_link(address: str, chapter: str) -> str:
    """Address that opens a chapter's notebook in Colab."""
    path = address.removeprefix("https://github.com/")
    return f"{COLAB}/github/{path}/blob/{BRANCH}/{chapter}.ipynb"


def site_address(address: str) -> str:
    """Address of the site that GitHub Pages serves for a repository."""
    owner, name = address.split("/")[-2:]
    if name.lower() == f"{owner}.github.io".lower():
        return f"https://{name}/"
    return f"https://{owner}.github.io/{name}/"


def readme_table(root: Path, address: str) -> str:
    """Table of the chapters, with a badge each once the address is known."""
    lines = ["| chapter | notebook |", "| --- | --- |"]
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    for entry in contents["chapters"]:
        source = root / f"{entry['file']}.md"
        if not source.with_suffix(".ipynb").exists():
            continue
        title = re.search(r"^# (.*)$", source.read_text(encoding="utf-8"), re.MULTILINE)[1]
        badge = f"[`{entry['file']}.ipynb`]({entry['file']}.ipynb)"
        if address != PLACEHOLDER:
            image = f"![Open in Colab]({COLAB}/assets/colab-badge.svg)"
            badge = f"[{image}]({colab_link(address, entry['file'])})"
        lines.append(f"| {title} | {badge} |")
    return "\n".join(lines) + "\n"


def places(root: Path, address: str) -> list[Place]:
    """All places in files other than the chapters."""
    known = address != PLACEHOLDER
    buttons = CONFIG_BUTTONS.format(address=address, branch=BRANCH, colab=COLAB) if known else ""
    pages = PAGE_BUTTONS.format(site=site_address(address)) if known else ""
    card = COLAB_CARD.format(link=colab_link(address, FIRST_CHAPTER)) if known else ""
    return [
        Place(root / "_config.yml", "buttons", pages),
        Place(root / "_config.yml", "repository", buttons),
        Place(root / "index.md", "colab", card),
        Place(root / "README.md", "publish", "" if known else README_BEFORE_PUBLISHING),
        Place(root / "README.md", "chapters", readme_table(root, address)),
        Place(
            root / "chapters" / "appendix" / "teach-this.md",
            "colab preflight",
            f"\n```python\n{preflight_cell(address)}```\n\n",
        ),
    ]


def with_first_cell(source: Path, address: str) -> str:
    """Text of a chapter's source with the first code cell as it should be.

    A chapter that does not have the cell yet gets it, in front of its first code cell.
    """
    content = source.read_text(encoding="utf-8")
    fence = "```{code-cell} ipython3\n"
    wanted = f"{fence}:tags: [hide-input]\n\n{first_cell(address)}```\n"
    start = content.index(fence)
    end = content.index("\n```\n", start) + len("\n```\n")
    if FIRST_CELL.splitlines()[0] in content[start:end]:
        return content[:start] + wanted + content[end:]
    return content[:start] + wanted + "\n" + content[start:]


def chapters(root: Path) -> list[Path]:
    """Sources of the chapters in a copy of the book."""
    return sorted((root / "chapters").glob("*.md"))


def stale(root: Path = notebooks.ROOT) -> list[str]:
    """Derived places that do not say what the address asks for."""
    address = read_address(root)
    found = [
        f"{place.path.name} [{place.name}]"
        for place in places(root, address)
        if place.path.read_text(encoding="utf-8") != place.wanted()
    ]
    for source in chapters(root):
        if source.read_text(encoding="utf-8") != with_first_cell(source, address):
            found.append(f"{source.name}, first code cell")
    return found


def derive(root: Path = notebooks.ROOT) -> None:
    """Rewrite every derived place; the outputs of the notebooks stay as they are."""
    address = read_address(root)
    for place in places(root, address):
        place.path.write_text(place.wanted(), encoding="utf-8")
    for source in chapters(root):
        wanted = with_first_cell(source, address)
        if wanted == source.read_text(encoding="utf-8"):
            continue
        had_cell = FIRST_CELL.splitlines()[0] in source.read_text(encoding="utf-8")
        source.write_text(wanted, encoding="utf-8")
        if had_cell:
            notebooks.refresh_first_cell(source)


def set_address(address: str, root: Path = notebooks.ROOT) -> None:
    """Write the address into pyproject.toml and derive all other places.

    Raises
    ------
    ValueError
        When it is not the address of a repository on GitHub, where Colab can open it.
    """
    address = address.strip().removesuffix("/").removesuffix(".git")
    if address != PLACEHOLDER and not PATTERN.fullmatch(address):
        raise ValueError(
            f"expected an address such as https://github.com/OWNER/REPO, got {address!r}"
        )
    pyproject = root / "pyproject.toml"
    content = pyproject.read_text(encoding="utf-8")
    line = re.compile(r'^Repository = ".*"$', re.MULTILINE)
    pyproject.write_text(line.sub(f'Repository = "{address}"', content), encoding="utf-8")
    derive(root)


def main() -> None:
    """Set the address, or without one refresh what is derived from it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?", help="such as https://github.com/OWNER/REPO")
    url = parser.parse_args().url
    try:
        set_address(url or read_address())
    except ValueError as error:
        sys.exit(f"repository: {error}")
    print(f"repository: {read_address()}; commit what changed (git status)")


if __name__ == "__main__":
    main()
