"""Pack all that a class needs into one zip, so that a room without a network is enough.

The students' notebooks, the site, the slides, the models that the chapters make, and the
wheels of our packages and of everything that they take, for one platform and one Python.
"""

import argparse
import json
import logging
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from babel.messages.extract import extract_from_file

from tools.arguments import add_language
from tools.chapters import ROOT, Chapter, ChapterError, read_book
from tools.environment import SUPPORTED
from tools.messages import _, language, speaking
from tools.notebook import current, write
from tools.site.build import build as build_site
from tools.workshop import kit_install
from tools.workshop.handouts import run_students, student_version
from tools.workshop.slides import write_deck
from tools.workshop.wheels import PLATFORMS, build_own, download_wheels, say, say_each_tenth

KITS = ROOT / "_build" / "kit"
NAME = "onnx-workshop"
PYTHONS = ["{}.{}".format(*version) for version in SUPPORTED]
# Files that a zip would not make smaller.
PACKED = {".gz", ".npz", ".png", ".whl", ".woff2"}


def build(chapters: list[Chapter], platform: str, python: str, folder: Path) -> Path:
    """Pack a kit, and say how far it is.

    Parameters
    ----------
    chapters : list of Chapter
        The chapters that the class works through; the kit has their language.
    platform : str
        One of `PLATFORMS`.
    python : str
        One of `PYTHONS`.
    folder : pathlib.Path
        Where the zip goes; an older one of the same name is replaced when the new one is whole.

    Returns
    -------
    pathlib.Path
        The zip.

    Raises
    ------
    ChapterError
        When code was edited and not run, a notebook does not run as it is handed out, a wheel is
        not to be had, or the site does not build.
    """
    for chapter in chapters:
        current(chapter)  # code that was not run stops here, before anything is downloaded
    edition = chapters[0].edition
    name = f"{NAME}{edition.suffix}"
    target = folder / f"{name}-{platform}-py{python}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        kit = Path(scratch) / name
        kit.mkdir()
        say(f"1 of 5: wheels for {platform}, Python {python}")
        add_wheels(kit, platform, python, needs_of(chapters))
        say("2 of 5: the site")
        shutil.copytree(build_site(chapters[0].root), kit / "site")
        say("3 of 5: notebooks and slides")
        add_notebooks(kit, chapters)
        for chapter in chapters:
            write_deck(chapter, kit / "slides")
        say("4 of 5: running the notebooks as they are handed out; their models come along")
        add_models(kit, chapters)
        with speaking(edition.language):
            add_instructions(kit, platform, python)
        say(f"5 of 5: packing {target.name}")
        pack(kit, target)
    say(f"{target.stat().st_size / 1e6:,.0f} MB in {target}")
    return target


def needs_of(chapters: list[Chapter]) -> list[str]:
    """Groups of packages that some of the chapters need, each once."""
    return sorted({group for chapter in chapters for group in chapter.needs})


def add_wheels(kit: Path, platform: str, python: str, groups: list[str]) -> None:
    """Add the wheels, ours too, and the file that pins them."""
    wheels = download_wheels(platform, python, groups)
    shutil.copytree(wheels, kit / "wheels", ignore=shutil.ignore_patterns("*.txt"))
    pins = (wheels / "requirements.txt").read_text(encoding="utf-8") + build_own(kit / "wheels")
    (kit / "requirements.txt").write_text(pins, encoding="utf-8")


def add_notebooks(kit: Path, chapters: list[Chapter]) -> None:
    """Add the students' notebooks; their links to other chapters lead to the site."""
    pages = [chapter.page for chapter in chapters]
    for chapter in chapters:
        student = student_version(current(chapter), chapter, pages)
        write(student, kit / "notebooks" / f"{chapter.name}.ipynb")


def add_models(kit: Path, chapters: list[Chapter]) -> None:
    """Run the students' notebooks, and keep the models they write, a folder for each chapter."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder)
        if not run_students(chapters, runs):
            raise ChapterError("a notebook does not run as it is handed out; see the lines above")
        for chapter in chapters:
            made = runs / chapter.name / "models"
            if made.exists():
                shutil.copytree(made, kit / "models" / chapter.name)


def add_instructions(kit: Path, platform: str, python: str) -> None:
    """Add what installs the kit, and the two lines for participants, in the language set."""
    on_windows = platform.startswith("windows")
    start = f"py -{python}" if on_windows else f"python{python}"
    open_notebooks = r"env\Scripts\jupyter-lab" if on_windows else "env/bin/jupyter-lab"
    wheels = list((kit / "wheels").iterdir())
    facts = {
        "platform": platform,
        "python": python,
        "start": start,
        "open": open_notebooks,
        "wheels": len(wheels),
        "longest": max(map(longest_path, wheels)),
        "language": language.get(),
        "messages": installer_messages(),
    }
    (kit / "kit.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(kit_install.__file__, kit / "install.py")
    lines = [
        _("Install, in this folder and without a network: {start} install.py"),
        _("Work: {open}  (it opens in the browser: take the folder notebooks)"),
    ]
    (kit / "README.txt").write_text("\n".join(lines).format(**facts) + "\n", encoding="utf-8")


def installer_messages() -> dict[str, str]:
    """Translation of what the installer says, by its English text; none in English."""
    found = extract_from_file("python", kit_install.__file__, {"_": None})
    texts = [text for _line, text, *_more in found if isinstance(text, str)]
    return {text: _(text) for text in texts if _(text) != text}


def longest_path(wheel: Path) -> int:
    """Characters of the longest path of a file in a wheel: Windows has a limit."""
    with zipfile.ZipFile(wheel) as archive:
        return max(map(len, archive.namelist()))


def pack(folder: Path, target: Path) -> None:
    """Zip a folder, with its own name on top, in one step."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    total = sum(path.stat().st_size for path in files)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    done = 0
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            kind = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
            archive.write(path, path.relative_to(folder.parent), kind)
            before, done = done, done + path.stat().st_size
            say_each_tenth("packed", before, done, total)
    partial.replace(target)


def main(arguments: list[str]) -> None:
    """Pack a kit with the named chapters, or with all."""
    here = kit_install.this_platform()
    known = here if here in PLATFORMS else None
    version = "{}.{}".format(*sys.version_info)
    parser = argparse.ArgumentParser(prog="kit", description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    parser.add_argument(
        "--platform", choices=PLATFORMS, default=known, required=not known, help=f"default: {here}"
    )
    parser.add_argument("--python", choices=PYTHONS, default=version, help=f"default: {version}")
    add_language(parser)
    chosen = parser.parse_args(arguments)
    # A style of Pygments turns the log of all libraries on; the notebooks' client writes to it.
    logging.getLogger("traitlets").setLevel(logging.WARNING)
    chapters = read_book(ROOT, chosen.language).choose(chosen.chapter)
    build(chapters, chosen.platform, chosen.python, KITS)
