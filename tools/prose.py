"""Lint the prose of the book: words of the house, misspellings, British spellings.

codespell finds the words; ``prose.txt`` beside this file has those of the house, with what to
write instead. What is no prose (code, targets of links, keys, exact error texts) is blanked out
before, line by line, so that a finding has its line. A word that is meant in one place is allowed
there by a comment: ``<!-- codespell:ignore trip -->``, in TOML and YAML ``# codespell:ignore``.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.chapters import ROOT, ChapterError, written_by_hand

WORDS = Path(__file__).with_suffix(".txt")
BUILTIN = "clear,en-GB_to_en-US"
# What codespell takes for a word where no phrase of the house begins.
WORD = r"[\w\-'\u2019]+"

# Files of a chapter with prose in them, beside its text.
PARTS = ("quiz.toml", "errors.yml", "notes.yml", "plan.yml")
# Not written by hand.
DERIVED = ("chapters/appendix/tested-with.yml",)

FRONT = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^(```+).*?^\1`*$", re.MULTILINE | re.DOTALL)
# In the head of a cell, or of the file, these lines are read by people.
KEPT = re.compile(r"^ *(?:alt|description|short): .*$", re.MULTILINE)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
TARGET = re.compile(r"\]\([^)\s]*\)")
TAG = re.compile(r"</?[a-z][^>]*>")
ADDRESS = re.compile(r"https?://[^\s)>\"]+")
# Keys, and values that are no prose: exact texts, names, anchors.
YAML_EXACT = re.compile(
    r"^ *(?:- )?(?:text|shown|threads?|title|words|cell|sections?|package|script|versions): .*"
    r"(?:\n {6,}\S.*)*",
    re.MULTILINE,
)


def main(arguments: list[str]) -> None:
    """Print what to write instead, by file and line, in the named files or in all."""
    paths = [Path(name).resolve() for name in arguments] or sources()
    found = findings(paths)
    for line in found:
        print(line)
    if found:
        raise ChapterError(f"{len(found)} to rewrite; tools/prose.txt says why they go")


def sources(root: Path = ROOT) -> list[Path]:
    """Files with prose, in a stable order."""
    found = {*root.glob("*.md"), *(root / "chapters" / "appendix").glob("*.yml")}
    found |= {path for path in written_by_hand(root) if path.suffix == ".md"}
    found |= {path for path in written_by_hand(root) if path.name in PARTS}
    return sorted(found - {root / name for name in DERIVED})


def findings(paths: Iterable[Path], root: Path = ROOT) -> list[str]:
    """Lines such as ``index.md:3: mend ==> fix``, in the order of the files."""
    phrases, dictionary = house_words()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "words.txt").write_text(dictionary, encoding="utf-8")
        names = []
        for path in paths:
            names.append(path.relative_to(root).as_posix())
            copy = folder / "prose" / names[-1]
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(prose_of(path), encoding="utf-8")
        if not names:
            return []
        command = [sys.executable, "-m", "codespell_lib", "--disable-colors"]
        command += ["--dictionary", f"{folder / 'words.txt'},-", "--builtin", BUILTIN]
        pattern = rf"(?i:(?<!\w)(?:{'|'.join(phrases)})(?!\w))|{WORD}"
        result = subprocess.run(
            [*command, "--regex", pattern, *names],
            cwd=folder / "prose",
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode not in (0, 65):  # 65: something was found
        raise ChapterError(f"codespell failed: {result.stderr or result.stdout}")
    return [line.removeprefix("./") for line in result.stdout.splitlines()]


def house_words() -> tuple[list[str], str]:
    """Phrases of more than one word, as patterns, longest first; and codespell's dictionary."""
    lines = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    words = sorted((line.partition("->")[0] for line in lines), key=len, reverse=True)
    phrases = [re.escape(word) for word in words if re.search(r"[\s-]", word)]
    return phrases, "\n".join(line for line in lines if "->" in line) + "\n"


def prose_of(path: Path) -> str:
    """Text of a file in which all that is no prose is blank; its lines stay where they are."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        for block in (FRONT, FENCED):
            text = block.sub(lambda found: blank(found[0], kept=KEPT), text)
    elif path.suffix == ".yml":
        text = YAML_EXACT.sub(lambda found: blank(found[0]), text)
    for piece in (CODE, TARGET, TAG, ADDRESS):
        text = piece.sub(lambda found: blank(found[0]), text)
    return text


def blank(text: str, kept: re.Pattern[str] | None = None) -> str:
    """Spaces in place of a text, but for its ends of lines and for lines that are kept."""
    return "\n".join(
        line if kept and kept.match(line) else " " * len(line) for line in text.split("\n")
    )
