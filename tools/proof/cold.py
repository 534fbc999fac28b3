"""Run notebooks from a cold start: each in a copy of an environment and an empty folder."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from tools.environments import copy_environment, freeze, python_of
from tools.notebook import code_cells
from tools.run import Run, run, side_by_side


@dataclass
class ColdRun:
    """What happened to one notebook, and to the environment that it ran in.

    ``first_answer`` has the seconds until the first cell that runs an ONNX session is done,
    ``added`` the packages that the notebook installed, and ``changed`` those that were there
    and are no longer what they were.
    """

    run: Run
    first_answer: float | None = None
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every cell ran and nothing that was installed changed."""
        return not self.run.error and not self.changed


def run_cold(notebook: NotebookNode, name: str, base: Path, variables: dict[str, str]) -> ColdRun:
    """Run a notebook in a copy of the environment ``base``, and compare what is installed.

    The other parameters are those of `tools.run.run`.
    """
    with (
        tempfile.TemporaryDirectory(dir=base.parent) as copies,
        tempfile.TemporaryDirectory() as folder,
    ):
        environment = Path(copies) / "environment"
        copy_environment(base, environment)
        before = freeze(environment)
        result = run(notebook, name, Path(folder), python_of(environment), variables)
        after = freeze(environment)
    return ColdRun(result, first_answer(notebook, result), *compare(before, after))


def compare(before: dict[str, str], after: dict[str, str]) -> tuple[list[str], list[str]]:
    """Packages that were added, and those that changed or are gone."""
    added = sorted(f"{name} {after[name]}" for name in after.keys() - before.keys())
    changed = [
        f"{name} {version} -> {after.get(name, 'gone')}"
        for name, version in before.items()
        if after.get(name) != version
    ]
    return added, changed


def first_answer(notebook: NotebookNode, result: Run) -> float | None:
    """Seconds until the first cell that runs an ONNX session was done, or None."""
    code = [cell for cell in code_cells(notebook) if cell.source]
    for position, cell in enumerate(code[: len(result.seconds)], 1):
        if ".run(" in cell.source and "subprocess" not in cell.source:
            return sum(result.seconds[:position])
    return None


def run_all(
    notebooks: dict[str, NotebookNode],
    base: Path,
    variables: dict[str, str],
    check: Callable[[ColdRun], str] = lambda cold: "",
) -> list[ColdRun]:
    """Run notebooks side by side and report each as it ends; return them in their order.

    Parameters
    ----------
    notebooks : dict of nbformat.NotebookNode
        By name.
    base : pathlib.Path
        Environment that each gets a copy of.
    variables : dict of str
        More environment variables for the kernels.
    check : callable, optional
        Says what is wrong with a run in which no cell raised an error; empty if nothing is.
    """
    work = partial(start, notebooks, base, variables)
    runs = {}
    for name, cold in side_by_side(work, notebooks):
        cold.run.error = cold.run.error or check(cold)
        print(report(cold), flush=True)
        runs[name] = cold
    return [runs[name] for name in notebooks]


def start(
    notebooks: dict[str, NotebookNode], base: Path, variables: dict[str, str], name: str
) -> ColdRun:
    """Run one of several notebooks."""
    return run_cold(notebooks[name], name, base, variables)


def report(cold: ColdRun) -> str:
    """Say in a line how a notebook did; more lines when it failed."""
    result = cold.run
    line = f"{result.name}: {'passed' if cold.passed else 'FAILED'} in {result.total:.0f} s"
    if cold.first_answer is not None:
        line += f", first ONNX answer after {cold.first_answer:.0f} s"
    if cold.added:
        line += f", {len(cold.added)} packages added"
    if result.noisy:
        line += "\n  on stderr: " + "\n  on stderr: ".join(result.noisy)
    if cold.changed:
        line += f"\n  changed: {', '.join(cold.changed)}"
    if result.error:
        line += "\n" + result.error
    return line
