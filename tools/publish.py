"""Set the repository's address: what ``make repository URL=...`` does."""

import argparse

from tools.address import read_address, write_address, write_readme
from tools.chapters import read_book
from tools.notebook import current, write


def main(arguments: list[str]) -> None:
    """Write the address, then the notebooks' first cells and the README; run nothing.

    Code that was edited and not run stops this before anything is written.
    """
    parser = argparse.ArgumentParser(prog="repository", description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?", help="such as https://github.com/OWNER/REPO")
    url = parser.parse_args(arguments).url
    for chapter in read_book():
        current(chapter)
    write_address(url or read_address())
    for chapter in read_book():
        write(current(chapter), chapter.notebook)
    write_readme()
    print(f"repository: {read_address()}; commit what changed (git status)")
