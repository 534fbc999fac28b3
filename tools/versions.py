"""Run the notebooks on other versions, reproduce old errors, and write the findings down.

``make versions`` derives ``chapters/appendix/tested-with.md``. Outputs are not compared:
on other versions the question is whether every cell runs.
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
from pathlib import Path

from cold import (
    COLAB,
    COLAB_PYTHON,
    KEPT,
    Run,
    find_python,
    freeze,
    make_environment,
    python_of,
    redirect,
    run_all,
    uv,
)
from notebooks import CHAPTERS, ROOT, chapter_sources
from repository import read_address

PAGE = CHAPTERS / "appendix" / "tested-with.md"
OLD = ROOT / "tests" / "old_versions"
SHOWN = (
    *("tensorflow", "keras", "tf2onnx", "scikit-learn", "skl2onnx", "onnx", "onnxruntime"),
    *("numpy", "protobuf", "pandas"),
)
COLUMNS = ("lowest", "locked", "Colab", "newest")
INTRO = """\
# Tested with

The outputs in this book, plots excepted, are compared on one set of versions, the locked one (`requirements.txt`). This page says on which others every notebook runs from its first to its last cell. There the outputs are not compared. It was made on {date} by `make versions`, on {machine}.

- **lowest**: the lower bounds that the book asks for.
- **locked**: `requirements.txt`, the versions that the test of the book uses.
- **Colab**: what Google Colab preinstalls (August 2026), plus what the first cell of each notebook adds.
- **newest**: the newest release of everything on that day, also of protobuf, which the lock holds back.

| package | {columns} |
| --- | {rule} |
"""


def requirements() -> list[str]:
    """Loose bounds of the chapters and of `helpers`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    bounds = project["project"]["dependencies"] + project["dependency-groups"]["chapters"]
    return [*bounds, "ipykernel>=6.17"]


def environments() -> dict[str, tuple[Path, dict[str, str]]]:
    """Environments to run in, by the name of their column, with variables for the kernel."""
    bounds, python = requirements(), sys.executable
    free = [bound for bound in bounds if not bound.startswith("protobuf")]
    colab = find_python(COLAB_PYTHON)
    recipes = {
        "lowest": (python, [*bounds, "--resolution", "lowest-direct"]),
        "locked": (python, ["--requirement", str(ROOT / "requirements.txt")]),
        "Colab": (colab, ["--requirement", str(COLAB)]),
        "newest": (colab, [*free, "protobuf>=7", "--upgrade"]),
    }
    made = {}
    for name, (interpreter, arguments) in recipes.items():
        print(f"versions: environment {name}", flush=True)
        folder = KEPT / name.lower()
        if name == "newest":  # what is newest changes from day to day
            shutil.rmtree(folder, ignore_errors=True)
        make_environment(folder, interpreter, *arguments)
        variables = {}
        if name == "Colab":
            variables = redirect(read_address())
        else:  # the first cell finds the helpers and installs nothing
            install = ("pip", "install", "--python", str(python_of(folder)), "--no-deps")
            uv(*install, "--reinstall", str(ROOT))
        made[name] = (folder, variables)
    return made


def version_rows(made: dict[str, tuple[Path, dict[str, str]]], runs: dict[str, list[Run]]):
    """Rows of the table of packages."""
    installed = {name: freeze(folder) for name, (folder, _) in made.items()}
    for run in runs["Colab"]:
        installed["Colab"] |= dict(item.split(" ", 1) for item in run.added)
    pythons = [python_version(made[name][0]) for name in COLUMNS]
    yield f"| Python | {' | '.join(pythons)} |"
    for package in SHOWN:
        found = [
            installed[name].get(package) or installed[name].get(f"{package}-cpu", "none")
            for name in COLUMNS
        ]
        yield f"| {package} | {' | '.join(found)} |"


def python_version(environment: Path) -> str:
    """Version of an environment's Python."""
    command = [
        str(python_of(environment)),
        "-c",
        "import platform as p; print(p.python_version())",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def chapter_rows(runs: dict[str, list[Run]]):
    """Rows of the table of chapters."""
    for source in chapter_sources([]):
        cells = []
        for name in COLUMNS:
            [run] = [run for run in runs[name] if run.name == source.stem]
            cells.append("runs" if run.passed else "fails")
        title = re.search(r"^# (.*)$", source.read_text(encoding="utf-8"), re.MULTILINE)[1]
        yield f"| [{title}](../{source.stem}.ipynb) | {' | '.join(cells)} |"


def error_lines(runs: dict[str, list[Run]]):
    """Each failure with its error; the chapter says what helps."""
    for name in COLUMNS:
        for run in runs[name]:
            if not run.passed:
                yield f"- `{run.name}` on **{name}**: `{error_line(run)}`"


def error_line(run: Run) -> str:
    """Type and message of the error that ended a run, or the packages that it changed."""
    named = [
        line for line in run.error.splitlines() if re.match(r"\w*(Error|Exception)\b.*: ", line)
    ]
    text = named[-1] if named else ", ".join(run.changed) or run.error.strip()[-100:]
    return textwrap.shorten(text.replace("`", "'"), 120, placeholder=" ...")


def old_rows():
    """Run each script on the old versions that it names, and report what it printed."""
    for script in sorted(OLD.glob("*.py")):
        text = script.read_text(encoding="utf-8")
        print(f"versions: {script.name}", flush=True)
        wanted = script_metadata(text)
        versions = ", ".join(f"`{item}`" for item in wanted["dependencies"])
        command = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--script"]
        result = subprocess.run(
            [*command, "--no-python-downloads", *python_option(wanted), str(script)],
            capture_output=True,
            text=True,
            check=False,
            env={key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"},
        )
        lines = result.stdout.strip().splitlines() or result.stderr.strip().splitlines()
        said = (lines or ["nothing"])[-1].replace("|", "\\|").replace("`", "'")
        found = "yes" if result.returncode == 0 else "no"
        if found == "no":
            print(result.stdout + result.stderr)
        yield f"| {versions} | `{said}` | {found} |"


def script_metadata(text: str) -> dict:
    """Metadata that a script carries in a comment (PEP 723)."""
    block = re.search(r"^# /// script\n(.*?)^# ///$", text, re.MULTILINE | re.DOTALL)[1]
    return tomllib.loads(re.sub(r"^# ?", "", block, flags=re.MULTILINE))


def python_option(metadata: dict) -> list[str]:
    """Option that names a Python which a script's lower bound names."""
    return ["--python", find_python(re.search(r"3\.\d+", metadata["requires-python"])[0])]


def page(made, runs: dict[str, list[Run]], old: list[str]) -> str:
    """Text of the page."""
    columns, rule = " | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS)
    machine = f"{platform.system()} {platform.machine()}"
    today = datetime.date.today().isoformat()
    lines = [
        INTRO.format(date=today, machine=machine, columns=columns, rule=rule).rstrip("\n"),
        *version_rows(made, runs),
        "",
        f"| chapter | {columns} |",
        f"| --- | {rule} |",
        *chapter_rows(runs),
    ]
    errors = list(error_lines(runs))
    if errors:
        lines += [
            "",
            "What fails, and with which error; the chapter says what helps:",
            "",
            *errors,
        ]
    lines += [
        "",
        "## Errors of older versions",
        "",
        "Each of these was reproduced in an environment of its own, with the versions named.",
        "",
        "| versions | error | reproduced |",
        "| --- | --- | --- |",
        *old,
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run everything and write the page."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    old = list(old_rows())
    made = environments()
    notebooks = [source.with_suffix(".ipynb") for source in chapter_sources([])]
    runs = {}
    for name, (folder, variables) in made.items():
        print(f"versions: the notebooks on {name}", flush=True)
        runs[name] = run_all(folder, variables, notebooks)
    PAGE.write_text(page(made, runs, old), encoding="utf-8")
    print(f"versions: wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
