"""Pack all that a class needs into one zip, so that a room without a network is enough.

The students' notebooks, the site, the slides, the models that the chapters make, and the
wheels of `helpers` and of everything that it takes, for one platform and one Python.
"""

import argparse
import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import book
import environment
import kit_install
import notebooks
import slides
import workshop
from nbformat import NotebookNode
from notebooks import ROOT, ChapterError

import web

KITS = ROOT / "_build" / "kit"
NAME = "onnx-workshop"
LOCK = ROOT / "requirements.txt"
PROJECT = ROOT / "pyproject.toml"
PYTHONS = ["{}.{}".format(*version) for version in environment.SUPPORTED]
# What `helpers` is built from.
PACKAGE = ["helpers", "pyproject.toml", "README.md", "LICENSE"]
# Files that a zip would not make smaller.
PACKED = {".gz", ".npz", ".png", ".whl", ".woff2"}


def manylinux(machine: str) -> list[str]:
    """Tags of the wheels for a Linux with glibc 2.28 or newer, as of 2018."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)]
    return [*tags, f"manylinux2014_{machine}"]


# For each platform: what uv calls it, and the tags of its wheels.
PLATFORMS = {
    "linux-x86_64": (
        "x86_64-manylinux_2_28",
        [*manylinux("x86_64"), "manylinux2010_x86_64", "manylinux1_x86_64"],
    ),
    "linux-aarch64": ("aarch64-manylinux_2_28", manylinux("aarch64")),
    "macos-arm64": ("aarch64-apple-darwin", ["macosx_14_0_arm64"]),
    "windows-x86_64": ("x86_64-pc-windows-msvc", ["win_amd64"]),
}


class KitError(Exception):
    """A kit that could not be packed, with the reason."""


def say(text: str) -> None:
    """Print a line at once, also when the output is a pipe."""
    print(f"kit: {text}", flush=True)


def build(chapters: list[Path], platform: str, python: str, folder: Path) -> Path:
    """Pack a kit, and say how far it is.

    Parameters
    ----------
    chapters : list of pathlib.Path
        Sources of the chapters that the class works through.
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
    KitError, notebooks.ChapterError, book.BuildError
        When a wheel is not to be had, a notebook does not run, or the site does not build.
    """
    with tempfile.TemporaryDirectory() as scratch:
        kit = Path(scratch) / NAME
        kit.mkdir()
        say(f"1 of 5: wheels for {platform}, Python {python}")
        wheels = download_wheels(platform, python)
        shutil.copytree(wheels, kit / "wheels", ignore=shutil.ignore_patterns("*.txt"))
        own = build_helpers(kit / "wheels")
        pins = (wheels / "requirements.txt").read_text(encoding="utf-8") + own
        (kit / "requirements.txt").write_text(pins, encoding="utf-8")
        say("2 of 5: the site")
        add_site(kit / "site", Path(scratch) / "book")
        say("3 of 5: notebooks and slides")
        web.install_packages()
        (kit / "notebooks").mkdir()
        for source in chapters:
            student = workshop.student_version(workshop.read_chapter(source))
            link_absent_chapters(student, chapters)
            notebooks.write(student, kit / "notebooks" / f"{source.stem}.ipynb")
            slides.write(source, kit / "slides")
        say("4 of 5: running the notebooks as they are handed out; their models come along")
        add_models(kit / "models", chapters, Path(scratch) / "runs")
        write_instructions(kit, platform, python)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{NAME}-{platform}-py{python}.zip"
        say(f"5 of 5: packing {target.name}")
        pack(kit, target)
    say(f"{target.stat().st_size / 1e6:,.0f} MB in {target}")
    return target


def download_wheels(platform: str, python: str) -> Path:
    """Folder with the locked wheels of a platform and their ``requirements.txt``.

    What is there already, of this lock, is not asked for again.
    """
    folder = KITS / "wheels" / f"{platform}-py{python}"
    stamp = folder / "lock.txt"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pins = locked_for(platform, python)
    requirements = folder / "requirements.txt"
    requirements.write_text("\n".join(pins) + "\n", encoding="utf-8")
    _, tags = PLATFORMS[platform]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--require-hashes", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--python-version", python, "--implementation", "cp", "--dest", str(folder)]
    for abi in (f"cp{python.replace('.', '')}", "abi3", "none"):
        command += ["--abi", abi]
    for tag in tags:
        command += ["--platform", tag]
    lines = output_of([*command, "--requirement", str(requirements)])
    taken = (line for line in lines if line.startswith(("Collecting ", "Processing ")))
    for count, _ in enumerate(taken, 1):
        say_each_tenth("wheels", count - 1, count, len(pins))
    stamp.write_text(wanted)
    return folder


def output_of(command: list[str]) -> Iterator[str]:
    """Lines that a command prints, as they come; KitError with all of them if it fails."""
    # ONNX Runtime has no wheels for a macOS before 14, and uv assumes an older one.
    variables = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    lines = []
    with subprocess.Popen(command, cwd=ROOT, env=variables, **pipes) as process:
        for line in process.stdout:
            lines.append(line)
            yield line
    if process.returncode != 0:
        raise KitError(f"{command[2]} failed. Is there a network?\n{''.join(lines[-20:])}")


def locked_for(platform: str, python: str) -> list[str]:
    """What the chapters and JupyterLab take on a platform, each as the lock pins it.

    Returns
    -------
    list of str
        An entry of a requirements file for each package: version and hashes, no condition.
    """
    name, _ = PLATFORMS[platform]
    command = [sys.executable, "-m", "uv", "pip", "compile", str(PROJECT)]
    command += ["--group", "chapters", "--group", "workshop", "--constraint", str(LOCK)]
    command += ["--python-platform", name, "--python-version", python]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"]
    needed = [line.split(";")[0].strip() for line in output_of(command)]
    lock = LOCK.read_text(encoding="utf-8")
    entries = re.findall(r"^(\S+==\S+)[^\\\n]*((?: \\\n +--hash=\S+)+)", lock, re.MULTILINE)
    locked = dict(entries)
    missing = [pin for pin in needed if pin not in locked]
    if missing:
        raise KitError(f"{', '.join(missing)} is not what the lock says: run 'make lock' first")
    return [pin + locked[pin] for pin in needed]


def build_helpers(folder: Path) -> str:
    """Build the wheel of `helpers` into a folder; return its entry of a requirements file."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in PACKAGE:
            here, there = ROOT / name, Path(scratch) / name
            if here.is_dir():
                shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(here, there)
        command = [sys.executable, "-m", "pip", "wheel", scratch, "--wheel-dir", str(folder)]
        list(output_of([*command, "--no-deps", "--no-build-isolation", "--quiet"]))
    [wheel] = folder.glob("onnx_in_practice-*.whl")
    version = wheel.name.split("-")[1]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"onnx-in-practice=={version} \\\n    --hash=sha256:{digest}\n"


def link_absent_chapters(student: NotebookNode, chapters: list[Path]) -> None:
    """Let links to chapters that are not in the kit as notebooks lead to the site's pages."""
    for source in set(notebooks.chapter_sources([])) - set(chapters):
        link = re.compile(rf"\]\({source.stem}\.ipynb(#[\w-]+)?\)")
        for cell in student.cells:
            if cell.cell_type == "markdown":
                page = rf"]({workshop.PAGES}/{source.stem}.html\1)"
                cell.source = link.sub(page, cell.source)


def add_site(target: Path, scratch: Path) -> None:
    """Build the site from a copy, so that the one in ``_build`` stays as it is."""
    scratch.mkdir()
    book.copy_parts(scratch)
    shutil.copytree(book.build(scratch), target)


def add_models(target: Path, chapters: list[Path], runs: Path) -> None:
    """Run the students' notebooks, and keep what they write, a folder for each chapter."""
    if not workshop.run_side_by_side(chapters, runs):
        raise KitError("a notebook does not run as it is handed out (see the lines above)")
    for source in chapters:
        made = runs / source.stem / "models"
        if made.exists():
            shutil.copytree(made, target / source.stem)


def write_instructions(kit: Path, platform: str, python: str) -> None:
    """Write the two lines for participants, and what installs the kit."""
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
        "longest": max(longest_path(wheel) for wheel in wheels),
    }
    (kit / "kit.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(kit_install.__file__, kit / "install.py")
    lines = [
        f"Install, in this folder and without a network: {start} install.py",
        f"Work: {open_notebooks}  (it opens in the browser: take the folder notebooks)",
    ]
    (kit / "README.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def longest_path(wheel: Path) -> int:
    """Characters of the longest path of a file in a wheel: Windows has a limit."""
    with zipfile.ZipFile(wheel) as archive:
        return max(map(len, archive.namelist()))


def pack(folder: Path, target: Path) -> None:
    """Zip a folder, with its own name on top, in one step."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    total = sum(path.stat().st_size for path in files)
    partial = target.with_suffix(".partial")
    done = 0
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            kind = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
            archive.write(path, path.relative_to(folder.parent), kind)
            before, done = done, done + path.stat().st_size
            say_each_tenth("packed", before, done, total)
    partial.replace(target)


def say_each_tenth(what: str, before: int, now: int, total: int) -> None:
    """Say how much is done when another tenth of it is."""
    if now * 10 // total > before * 10 // total:
        say(f"   {what}: {now * 100 // total} %")


def main() -> None:
    """Pack a kit with the named chapters, or with all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    here = kit_install.this_platform()
    known = here if here in PLATFORMS else None
    parser.add_argument(
        "--platform", choices=PLATFORMS, default=known, required=not known, help=f"default: {here}"
    )
    version = "{}.{}".format(*sys.version_info)
    parser.add_argument("--python", choices=PYTHONS, default=version, help=f"default: {version}")
    arguments = parser.parse_args()
    # A style of Pygments turns the log of all libraries on; the notebooks' client writes to it.
    logging.getLogger("traitlets").setLevel(logging.WARNING)
    chapters = notebooks.chapter_sources(arguments.chapter)
    try:
        build(chapters, arguments.platform, arguments.python, KITS)
    except (KitError, ChapterError, book.BuildError, RuntimeError) as error:
        sys.exit(f"kit: {error}")


if __name__ == "__main__":
    main()
