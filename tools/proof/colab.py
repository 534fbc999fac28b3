"""Run notebooks in environments other than the locked one, each from a cold start.

``make colab`` (without arguments) does what a reader in Colab does: an environment that
holds what Colab preinstalls, an empty folder, one notebook, "Run all". The unmodified
first cell installs the book from its address; git redirects that address to this clone.
The one cell that checks a machine, from the page for teachers, is run in the same way.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from notebooks import ROOT, chapter_sources, read_notebook, without_colors
from repository import BRANCH, preflight_cell, read_address

COLAB = ROOT / "tests" / "colab-2026-08.txt"
COLAB_PYTHON = "3.13"
PREFLIGHT = "preflight"
#: A folder for environments that are kept from run to run; git ignores it.
KEPT = ROOT / ".cold"


@dataclass
class Run:
    """What happened to one notebook.

    ``seconds`` is the wall time of all cells, ``first_answer`` the time until the first
    cell that runs an ONNX session is done, ``error`` the text of a failure, ``printed``
    what cells print, ``noisy`` what they show on stderr, and ``changed`` lists preinstalled
    packages that are no longer what they were.
    """

    name: str
    seconds: float = 0.0
    first_answer: float | None = None
    error: str = ""
    printed: str = ""
    noisy: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every cell ran and nothing preinstalled changed."""
        return not self.error and not self.changed


def uv(*arguments: str) -> str:
    """Run uv; return what it printed, or stop with its error."""
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"uv {' '.join(arguments[:3])}: {result.stderr.strip()}")
    return result.stdout


def python_of(environment: Path) -> Path:
    """Path of the interpreter in an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_python(wanted: str) -> str:
    """Return the wanted version if this machine has it, else the version that runs this."""
    command = [sys.executable, "-m", "uv", "python", "find", "--no-python-downloads", wanted]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    others = sorted(pyenv.glob(f"versions/{wanted}.*/bin/python"))
    return str(others[-1]) if others else sys.executable


def make_environment(target: Path, python: str, *requirements: str) -> None:
    """Create an environment with pip and what the arguments of ``uv pip install`` name.

    An environment that was made from the same arguments is taken as it is.
    """
    recipe = "\n".join((python, *requirements)) + "".join(
        Path(item).read_text(encoding="utf-8") for item in requirements if Path(item).is_file()
    )
    stamp = target / "recipe.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == recipe:
        return
    shutil.rmtree(target, ignore_errors=True)
    uv("venv", "--seed", "--no-python-downloads", "--python", python, str(target))
    uv("pip", "install", "--python", str(python_of(target)), *requirements)
    stamp.write_text(recipe, encoding="utf-8")


def copy_environment(source: Path, target: Path) -> None:
    """Copy an environment by hard links: seconds instead of minutes, and no space.

    Installers replace files and never write into them, so the source stays as it is.
    """
    try:
        shutil.copytree(source, target, copy_function=os.link, symlinks=True)
    except (OSError, shutil.Error):  # the two folders are on different disks
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)


def freeze(environment: Path) -> dict[str, str]:
    """Version of each installed package."""
    lines = uv("pip", "freeze", "--python", str(python_of(environment))).splitlines()
    pairs = [line.replace(" @ ", "==").split("==", 1) for line in lines]
    return {pair[0]: pair[-1] for pair in pairs}


def redirect(address: str) -> dict[str, str]:
    """Variables that make git fetch the book from the last commit here, not from its address.

    A bare copy gives that commit the name of the published branch, whatever is checked out.
    """
    copy = KEPT / "book.git"
    shutil.rmtree(copy, ignore_errors=True)
    for command in (
        ["clone", "--quiet", "--bare", str(ROOT), str(copy)],
        ["-C", str(copy), "update-ref", f"refs/heads/{BRANCH}", last_commit()],
    ):
        subprocess.run(["git", *command], check=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{copy.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }


def last_commit() -> str:
    """Hash of what is checked out."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def run_notebook(path: Path, environment: Path, variables: dict[str, str]) -> Run:
    """Run one notebook in an empty folder with the environment's own kernel."""
    run = Run(path.stem)
    notebook = read_notebook(path)
    first = next((i for i, cell in enumerate(notebook.cells) if is_first_answer(cell)), None)
    started = time.perf_counter()

    def done(cell, cell_index, execute_reply):
        if cell_index == first:
            run.first_answer = time.perf_counter() - started

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as kernels:
        kernel = Path(kernels) / "kernels" / "cold"
        kernel.mkdir(parents=True)
        command = [str(python_of(environment)), "-m", "ipykernel_launcher", "-f"]
        (kernel / "kernel.json").write_text(kernel_json(command), encoding="utf-8")
        specs = KernelSpecManager(kernel_dirs=[str(kernel.parent)])
        manager = AsyncKernelManager(kernel_name="cold", kernel_spec_manager=specs)
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=900,
            resources={"metadata": {"path": folder}},
            on_cell_executed=done,
        )
        bin_folder = str(python_of(environment).parent)
        inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        path_variable = bin_folder + os.pathsep + inherited.get("PATH", "")
        try:
            client.execute(
                env={**inherited, **variables, "PATH": path_variable},
                stderr=subprocess.DEVNULL,  # the kernel's own log, not the notebook's
            )
        except (CellExecutionError, RuntimeError) as error:  # a cell, or a kernel that died
            run.error = without_colors(str(error)).strip()
    run.seconds = time.perf_counter() - started
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    run.printed = "".join(each.text for each in outputs if each.get("name") == "stdout")
    run.noisy = [each.text.strip() for each in outputs if each.get("name") == "stderr"]
    return run


def kernel_json(command: list[str]) -> str:
    """Kernel specification that starts this command."""
    argv = [*command, "{connection_file}"]
    return json.dumps({"argv": argv, "display_name": "cold", "language": "python"})


def is_first_answer(cell) -> bool:
    """Whether a cell runs an ONNX session."""
    return cell.cell_type == "code" and ".run(" in cell.source and "subprocess" not in cell.source


def run_cold(path: Path, base: Path, variables: dict[str, str]) -> Run:
    """Run a notebook in a copy of an environment, and compare what is installed."""
    with tempfile.TemporaryDirectory(dir=base.parent) as folder:
        environment = Path(folder) / "environment"
        copy_environment(base, environment)
        before = freeze(environment)
        run = run_notebook(path, environment, variables)
        after = freeze(environment)
    run.added = sorted(f"{name} {after[name]}" for name in after.keys() - before.keys())
    run.changed = [
        f"{name} {version} -> {after.get(name, 'gone')}"
        for name, version in before.items()
        if after.get(name) != version
    ]
    return run


def run_all(base: Path, variables: dict[str, str], paths: list[Path]) -> list[Run]:
    """Run notebooks side by side, each in an environment of its own, and report each."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        futures = [pool.submit(run_cold, path, base, variables) for path in paths]
        runs = []
        for future in concurrent.futures.as_completed(futures):
            runs.append(future.result())
            print(report(runs[-1]), flush=True)
    return sorted(runs, key=lambda run: run.name)


def write_preflight(folder: Path) -> Path:
    """Write the cell that checks a machine into a notebook of its own."""
    cell = nbformat.v4.new_code_cell(preflight_cell(read_address()))
    path = folder / f"{PREFLIGHT}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def hidden_problem(run: Run) -> str:
    """What is wrong with a run in which no cell raised an error; empty if nothing is."""
    if not run.added:
        return "the first cell installed nothing: this start was not cold"
    if run.name == PREFLIGHT and "\nReady, checked" not in run.printed:
        return f"the machine check does not pass:\n{run.printed}"
    return ""


def report(run: Run) -> str:
    """Say in a line how a notebook did; more lines when it failed."""
    line = f"cold: {run.name}: {'passed' if run.passed else 'FAILED'} in {run.seconds:.0f} s"
    if run.first_answer is not None:
        line += f", first ONNX answer after {run.first_answer:.0f} s"
    if run.added:
        line += f", {len(run.added)} packages added"
    if run.noisy:
        line += "\n  on stderr: " + "\n  on stderr: ".join(run.noisy)
    if run.changed:
        line += f"\n  changed: {', '.join(run.changed)}"
    if run.error:
        line += "\n" + run.error
    return line


def main() -> None:
    """Prove that each notebook, or each of the named ones, runs alone in Colab."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    chosen = chapter_sources(parser.parse_args().chapter)
    dirty = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    if dirty.stdout:
        print("cold: note: the first cell installs the last commit, without your later edits")
    base = KEPT / "colab"
    python = find_python(COLAB_PYTHON)
    print(f"cold: environment with what Colab preinstalls ({COLAB.name}), {python}", flush=True)
    make_environment(base, python, "--requirement", str(COLAB))
    notebooks = [source.with_suffix(".ipynb") for source in chosen]
    with tempfile.TemporaryDirectory() as folder:
        notebooks.append(write_preflight(Path(folder)))
        runs = run_all(base, redirect(read_address()), notebooks)
    if any(run.added for run in runs):
        print("cold: added:", ", ".join(max((run.added for run in runs), key=len)))
    for run in runs:
        if not run.error and (problem := hidden_problem(run)):
            run.error = problem
            print(report(run))
    failed = sum(not run.passed for run in runs)
    print(f"colab: {len(runs) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not runs else 0)


if __name__ == "__main__":
    main()
