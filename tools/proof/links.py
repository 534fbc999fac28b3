"""Ask every host that the book links to whether the page is still there: ``make links``.

Sphinx's link checker reads the staged book; what it finds depends on other people's machines, so
this runs on a schedule and is no part of ``make test``.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from tools.address import PLACEHOLDER
from tools.chapters import ROOT, read_book, read_yaml
from tools.environments import ProgramError
from tools.site.stage import prepare

FOLDER = ROOT / "_build" / "links"
SETTINGS = {
    "linkcheck_timeout": 20,
    "linkcheck_retries": 3,
    # A slow host is no dead link: it is told, and fails nothing.
    "linkcheck_report_timeouts_as_broken": False,
    "linkcheck_ignore": [PLACEHOLDER],
    # Scripts of these pages make the anchors of comments and lines.
    "linkcheck_anchors_ignore_for_url": [r"https://github\.com/"],
}


@dataclass(frozen=True)
class Link:
    """What one link of a page led to; ``status`` is a word of Sphinx, such as ``broken``."""

    page: str
    line: int
    status: str
    address: str
    problem: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.status}: {self.address} {self.problem}".rstrip()


def check(book: Path, folder: Path) -> list[Link]:
    """Check the links of a book.

    Parameters
    ----------
    book : pathlib.Path
        Folder of what Jupyter Book reads.
    folder : pathlib.Path
        Where to write; what was there goes.

    Returns
    -------
    list of Link
        Each link to another host, in the order of pages and lines.

    Raises
    ------
    ProgramError
        When Jupyter Book ends before it has checked any link.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = read_yaml(book / "_config.yml")
    config.setdefault("sphinx", {}).setdefault("config", {}).update(SETTINGS)
    settings = folder / "_config.yml"
    settings.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    program = Path(sys.executable).parent / "jupyter-book"
    command = [str(program), "build", str(book), "--config", str(settings)]
    result = subprocess.run(
        [*command, "--path-output", str(folder), "--builder", "linkcheck", "--all"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found = folder / "_build" / "html" / "output.json"
    if not found.exists():
        raise ProgramError(f"the link checker did not come to its end:\n{result.stderr}")
    rows = [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()]
    links = [
        Link(row["filename"], row["lineno"], row["status"], row["uri"], row["info"])
        for row in rows
        if row["status"] not in ("local", "unchecked")
    ]
    return sorted(links, key=lambda link: (link.page, link.line, link.address))


def main(arguments: list[str]) -> None:
    """Check every link of the book, and name those that lead nowhere."""
    argparse.ArgumentParser(prog="links", description=__doc__.splitlines()[0]).parse_args(
        arguments
    )
    book = read_book()
    links = check(prepare([book])[0], FOLDER)
    for link in links:
        if link.status in ("broken", "timeout"):
            print(f"links: {link}")
    broken = sum(link.status == "broken" for link in links)
    print(f"links: {len({link.address for link in links})} addresses, {broken} broken links")
    sys.exit(1 if broken else 0)
