"""Run the notebooks on other versions and reproduce old errors; write the findings down as data.

``make versions`` writes ``chapters/appendix/tested-with.yml``, which a page of the site shows.
Outputs are not compared: on other versions the question is whether every cell runs.
"""

import argparse
import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools import engines
from tools.address import read_address
from tools.chapters import ROOT, read_book, read_yaml
from tools.environments import (
    KEPT,
    find_python,
    freeze,
    make_environment,
    python_of,
    redirect,
    uv,
)
from tools.notebook import current
from tools.proof import colab
from tools.proof.cold import ColdRun, run_all

FINDINGS = ROOT / "chapters" / "appendix" / "tested-with.yml"
OLD = Path(__file__).parent / "old_versions"
SHOWN = (
    *("tensorflow", "keras", "tf2onnx", "scikit-learn", "skl2onnx", "onnx", "onnxruntime"),
    *("numpy", "protobuf", "pandas"),
)
COLUMNS = ("lowest", "locked", "Colab", "newest")
HEADER = "# What `make versions` found; do not edit by hand.\n"


@dataclass(frozen=True)
class Place:
    """Where one column of notebooks runs: an environment, and variables for its kernels."""

    environment: Path
    variables: dict[str, str]


def requirements() -> list[str]:
    """Loose bounds of our own package, of all chapters and of single ones, but for engines."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {group for chapter in read_book() for group in chapter.needs}
    groups = ["chapters", *sorted(needed - set(engines.APART))]
    bounds = [bound for group in groups for bound in project["dependency-groups"][group]]
    return [*project["project"]["dependencies"], *bounds, "ipykernel>=6.17"]


def recipes() -> dict[str, tuple[str, list[str]]]:
    """Python and what to install, by column."""
    bounds, python = requirements(), sys.executable
    free = [bound for bound in bounds if not bound.startswith("protobuf")]
    new = find_python(colab.PYTHON)
    return {
        "lowest": (python, [*bounds, "--resolution", "lowest-direct"]),
        "locked": (python, ["--requirement", str(ROOT / "requirements.txt")]),
        "Colab": (new, ["--requirement", str(colab.LIST)]),
        "newest": (new, [*free, "protobuf>=7", "--upgrade"]),
    }


def make_places() -> dict[str, Place]:
    """Make the environments, by column."""
    places = {}
    for column, (interpreter, arguments) in recipes().items():
        print(f"versions: environment {column}", flush=True)
        folder = KEPT / column.lower()
        if column == "newest":  # what is newest changes from day to day
            shutil.rmtree(folder, ignore_errors=True)
        make_environment(folder, interpreter, *arguments)
        variables = {}
        if column == "Colab":
            variables = redirect(read_address())
        else:  # the first cell finds the book's packages and installs nothing
            install = ("pip", "install", "--python", str(python_of(folder)), "--no-deps")
            uv(*install, "--reinstall", str(ROOT))
            # The engine is the locked one, on each of these versions.
            variables["PYTHONPATH"] = str(engines.install("spark"))
        places[column] = Place(folder, variables)
    return places


def python_version(environment: Path) -> str:
    """Version of an environment's Python."""
    show = "import platform; print(platform.python_version())"
    command = [str(python_of(environment)), "-c", show]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def installed_in(place: Place, runs: list[ColdRun]) -> dict[str, str]:
    """Version of each package in a column: those of the environment, and what notebooks add."""
    added = dict(item.split(" ", 1) for cold in runs for item in cold.added)
    return {"Python": python_version(place.environment), **freeze(place.environment), **added}


def package_table(installed: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """Versions of each shown package, one for each column."""
    return {
        package: [
            installed[column].get(package) or installed[column].get(f"{package}-cpu", "none")
            for column in COLUMNS
        ]
        for package in ("Python", *SHOWN)
    }


def chapter_table(runs: dict[str, list[ColdRun]]) -> dict[str, list[bool]]:
    """Whether each chapter runs, for each column."""
    table: dict[str, list[bool]] = {}
    for column in COLUMNS:
        for cold in runs[column]:
            table.setdefault(cold.run.name, []).append(cold.passed)
    return table


def failures(runs: dict[str, list[ColdRun]]) -> list[dict[str, str]]:
    """Each failure with its error."""
    return [
        {"chapter": cold.run.name, "column": column, "error": error_line(cold)}
        for column in COLUMNS
        for cold in runs[column]
        if not cold.passed
    ]


def error_line(cold: ColdRun) -> str:
    """Type and message of the error that ended a run, or the packages that it changed."""
    error = cold.run.error
    named = [line for line in error.splitlines() if re.match(r"\w*(Error|Exception)\b.*: ", line)]
    text = named[-1] if named else ", ".join(cold.changed) or error.strip()[-100:]
    return textwrap.shorten(text.replace("`", "'"), 120, placeholder=" ...")


def reproduce(script: Path) -> dict[str, Any]:
    """Run a script on the old versions that it names, and report what it printed."""
    print(f"versions: {script.name}", flush=True)
    wanted = script_metadata(script.read_text(encoding="utf-8"))
    python = find_python(find(r"3\.\d+", wanted["requires-python"]))
    command = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--script"]
    result = subprocess.run(
        [*command, "--no-python-downloads", "--python", python, str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"},
    )
    lines = result.stdout.strip().splitlines() or result.stderr.strip().splitlines()
    if result.returncode != 0:
        print(result.stdout + result.stderr)
    return {
        "versions": wanted["dependencies"],
        "said": (lines or ["nothing"])[-1].replace("`", "'"),
        "reproduced": result.returncode == 0,
    }


def script_metadata(text: str) -> dict[str, Any]:
    """Metadata that a script carries in a comment (PEP 723)."""
    block = find(r"(?ms)(?<=^# /// script\n).*?(?=^# ///$)", text)
    return tomllib.loads(re.sub(r"^# ?", "", block, flags=re.MULTILINE))


def find(pattern: str, text: str) -> str:
    """First text that a pattern finds.

    Raises
    ------
    ValueError
        When it finds none.
    """
    found = re.search(pattern, text)
    if not found:
        raise ValueError(f"expected a script with metadata for {pattern}, found {text!r}")
    return found[0]


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What a reader of the page would want to know: chapters and old errors that changed."""
    found = []
    for name, results in now["chapters"].items():
        known = before.get("chapters", {}).get(name)
        if known != results:
            found.append(f"{name}: {told(known)} before, {told(results)} now")
    known_errors = {tuple(old["versions"]): old["reproduced"] for old in before.get("old", [])}
    for old in now["old"]:
        if known_errors.get(tuple(old["versions"])) != old["reproduced"]:
            outcome = "is" if old["reproduced"] else "is no longer"
            found.append(f"{', '.join(old['versions'])}: the error {outcome} reproduced")
    return found


def told(results: list[bool] | None) -> str:
    """Results of the columns in words."""
    if results is None:
        return "not run"
    pairs = zip(COLUMNS, results, strict=True)
    return ", ".join(f"{column} {'runs' if passed else 'fails'}" for column, passed in pairs)


def main(arguments: list[str]) -> None:
    """Run everything and write the findings."""
    parser = argparse.ArgumentParser(prog="versions", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a finding differs"
    )
    chosen = parser.parse_args(arguments)
    chapters = read_book().chapters
    old = [reproduce(script) for script in sorted(OLD.glob("*.py"))]
    places = make_places()
    runs = {}
    for column, place in places.items():
        print(f"versions: the notebooks on {column}", flush=True)
        notebooks = {chapter.name: current(chapter) for chapter in chapters}
        runs[column] = run_all(notebooks, place.environment, place.variables)
    installed = {column: installed_in(place, runs[column]) for column, place in places.items()}
    now = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}",
        "colab": colab.month(),
        "columns": list(COLUMNS),
        "packages": package_table(installed),
        "chapters": chapter_table(runs),
        "failures": failures(runs),
        "old": old,
    }
    before = read_yaml(FINDINGS) if FINDINGS.exists() else {}
    changed = differences(before, now)
    print(*[f"versions: {line}" for line in changed or ["the findings are as before"]], sep="\n")
    if chosen.check:
        sys.exit(1 if changed else 0)
    FINDINGS.write_text(as_text(now), encoding="utf-8")
    print(f"versions: wrote {FINDINGS.relative_to(ROOT)}")


def as_text(findings: dict[str, Any]) -> str:
    """Findings as YAML, with a line for each package, chapter and error."""
    return HEADER + yaml.safe_dump(
        findings, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=None
    )
