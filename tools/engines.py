"""Engines beside the locked environment: installed when asked for, found where they lie.

PySpark is a download of half a gigabyte that one lesson needs, so no other command installs it.
Each engine lies in a folder of its own, with its locked versions, and reads the rest from the
environment that it runs in: a kernel gets the folder in its ``PYTHONPATH``.
"""

import os
import shutil
import sys
import tomllib
from pathlib import Path

from classroom.engines import why_no_java
from tools.chapters import ROOT, Chapter
from tools.environments import KEPT, uv

LOCKS = ROOT / "tools" / "proof" / "engines"
#: Groups of ``pyproject.toml`` that have a lock of their own, and are in no environment.
APART = ("spark", "dask", "ray")


def lock_of(group: str) -> Path:
    """File that pins the versions of a group."""
    return LOCKS / f"{group}.txt"


def install(group: str) -> Path:
    """Install a group into its folder, unless these versions are there; return the folder."""
    folder, recipe = KEPT / group, lock_of(group).read_text(encoding="utf-8")
    stamp = folder / "recipe.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == recipe:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    print(f"engines: {group}, up to half a gigabyte, one to two minutes", flush=True)
    options = ("--no-deps", "--require-hashes", "--requirement", str(lock_of(group)))
    uv("pip", "install", "--python", sys.executable, "--target", str(folder), *options)
    stamp.write_text(recipe, encoding="utf-8")
    return folder


def why_no_spark() -> str:
    """Why notebooks with Spark cannot run here; empty if they can."""
    if not (KEPT / "spark" / "recipe.txt").exists():
        return "PySpark is not installed; make engines installs it"
    return why_no_java()


def variables(chapter: Chapter) -> dict[str, str]:
    """Environment variables that a chapter's kernel needs, so that it finds its engine."""
    if not chapter.engine:
        return {}
    return {"PYTHONPATH": os.pathsep.join([str(chapter.root), str(KEPT / chapter.engine)])}


def groups() -> list[str]:
    """Groups of ``pyproject.toml`` that are locked together."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [name for name in project["dependency-groups"] if name not in APART]
