"""Derive the versions that `helpers.preflight` compares with, from the lock and its bounds.

A reader who installed `helpers` has neither ``requirements.txt`` nor ``pyproject.toml``.
"""

import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "helpers" / "data" / "tested.json"
BOUNDS = {">=": "at_least", "<": "below"}
SERIES = ".*"  # of the kind !=, the bounds that exclude a whole series: !=1.26.*


def write() -> None:
    """Write ``helpers/data/tested.json``."""
    TARGET.write_text(json.dumps(derive(), indent=2) + "\n", encoding="utf-8")
    print(f"tested versions: {len(derive())} packages in {TARGET.relative_to(ROOT)}")


def derive() -> dict[str, dict[str, str | list[str]]]:
    """Tested version and bounds of each package that the chapters need.

    Returns
    -------
    dict
        By name of the package: ``tested``, a version, and its bounds: ``at_least``, perhaps
        ``below``, and perhaps ``excluded``, a list of series such as ``1.26``.

    Raises
    ------
    ValueError
        When a bound is of a kind that `helpers.preflight` does not read.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w-]+)==([^\s;]+)", lock, re.MULTILINE))
    packages = {}
    for line in project["dependency-groups"]["chapters"]:
        requirement = Requirement(line)
        if requirement.name == "tensorflow-cpu":
            continue  # tensorflow in a smaller wheel, with the same version and bounds
        packages[requirement.name] = {"tested": locked[requirement.name], **bounds(requirement)}
    return packages


def bounds(requirement: Requirement) -> dict[str, str | list[str]]:
    """Lowest version of a requirement, the one below which it stays, and the series left out."""
    found, excluded = {}, []
    for specifier in requirement.specifier:
        if specifier.operator == "!=" and specifier.version.endswith(SERIES):
            excluded.append(specifier.version.removesuffix(SERIES))
        else:
            found[specifier.operator] = specifier.version
    if not {">="} <= set(found) <= set(BOUNDS):
        example = "'numpy>=2.1,<3' or 'numpy>=2.1,!=2.2.*'"
        raise ValueError(f"expected a bound such as {example}, got '{requirement}'")
    read = {BOUNDS[operator]: found[operator] for operator in BOUNDS if operator in found}
    return {**read, "excluded": sorted(excluded)} if excluded else read


if __name__ == "__main__":
    write()
