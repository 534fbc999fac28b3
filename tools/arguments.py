"""Arguments that several commands have."""

import argparse

from tools.editions import ENGLISH, MARKS

LANGUAGES = (ENGLISH, *MARKS)


def add_language(parser: argparse.ArgumentParser) -> None:
    """Let a command make what it makes in another language of the book."""
    parser.add_argument(
        "--language",
        type=language,
        default=ENGLISH,
        help=f"{' or '.join(LANGUAGES)}; default: {ENGLISH}",
    )


def language(name: str) -> str:
    """Language that a command was asked for.

    Raises
    ------
    argparse.ArgumentTypeError
        When the book has no such language.

    Examples
    --------
    >>> language("vi")
    'vi'
    """
    if name not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"expected {' or '.join(LANGUAGES)}, got {name!r}")
    return name
