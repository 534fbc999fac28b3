"""Set the repository's address: what ``make repository URL=...`` does."""

import argparse
from pathlib import Path

from tools.address import read_address, write_address, write_readme
from tools.chapters import ROOT, read_editions
from tools.notebook import check_all_ran, current, write


def publish(url: str | None, root: Path = ROOT) -> str:
    """Write the address, then the notebooks' first cells and the README; run nothing.

    The notebooks are those of all languages.

    Parameters
    ----------
    url : str or None
        Such as ``https://github.com/OWNER/REPO``; None keeps the one that is set.
    root : pathlib.Path
        The folder of the book.

    Returns
    -------
    str
        The address that is set now.

    Raises
    ------
    ChapterError
        When code was edited and not run, or the address is none; nothing is written then.
    """
    chapters = [chapter for book in read_editions(root) for chapter in book]
    check_all_ran(chapters)
    write_address(url or read_address(root), root)
    for chapter in chapters:
        write(current(chapter), chapter.notebook)
    write_readme(root)
    return read_address(root)


def main(arguments: list[str]) -> None:
    """Set the address, and say what to do next."""
    parser = argparse.ArgumentParser(prog="repository", description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?", help="such as https://github.com/OWNER/REPO")
    address = publish(parser.parse_args(arguments).url)
    print(f"repository: {address}; commit what changed (git status)")
