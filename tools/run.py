"""Run a notebook from its first to its last cell: the one runner, in any environment."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

#: Where this is set, ipykernel does not show what native code writes; readers see it in a cell.
TESTED = "PYTEST_CURRENT_TEST"
#: Variables of this process that no kernel gets.
OWN = ("LANGUAGE", "PYTHONPATH", TESTED)
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class Run:
    """What happened to one notebook.

    ``seconds`` has the wall time of each code cell that is not empty, ``error`` the text of a
    failure, ``printed`` what cells print, ``noisy`` what they show on stderr.
    """

    name: str
    seconds: list[float] = field(default_factory=list)
    error: str = ""
    printed: str = ""
    noisy: list[str] = field(default_factory=list)
    total: float = 0.0


def run(
    notebook: NotebookNode,
    name: str,
    folder: Path,
    python: str | Path = sys.executable,
    variables: dict[str, str] | None = None,
) -> Run:
    """Run a notebook in place.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Gets the outputs.
    name : str
        What to call it in a report.
    folder : pathlib.Path
        Where it runs; what it writes stays there.
    python : str or pathlib.Path
        Interpreter of the environment to run in.
    variables : dict of str, optional
        More environment variables for the kernel.

    Returns
    -------
    Run
        Its ``error`` is empty if every cell ran: a cell that raises and a kernel that dies are
        reported, not raised.
    """
    result = Run(name)
    started = cell_started = time.perf_counter()

    def start(cell: NotebookNode, cell_index: int) -> None:
        nonlocal cell_started
        cell_started = time.perf_counter()

    def end(cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        result.seconds.append(time.perf_counter() - cell_started)

    with tempfile.TemporaryDirectory() as kernels:
        client = NotebookClient(
            notebook,
            km=AsyncKernelManager(kernel_name="book", kernel_spec_manager=specs(kernels, python)),
            timeout=900,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=start,
            on_cell_executed=end,
        )
        try:
            # The kernel's own log is not the notebook's. It ends here, and not with this process.
            client.execute(
                cleanup_kc=True,
                env=environment(python, variables or {}),
                stderr=subprocess.DEVNULL,
            )
        except CellExecutionError as error:
            result.error = without_colors(str(error)).strip()
        except RuntimeError as error:  # a kernel that died, for want of memory perhaps
            done = len(result.seconds)
            result.error = f"after {done} cells, the kernel stopped: {error}. Is memory short?"
    result.total = time.perf_counter() - started
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    result.printed = "".join(each.text for each in outputs if each.get("name") == "stdout")
    result.noisy = [each.text.strip() for each in outputs if each.get("name") == "stderr"]
    notebook.metadata["language_info"] = {"name": "python"}
    return result


def specs(folder: str, python: str | Path) -> KernelSpecManager:
    """Kernel specification "book" for an interpreter, below a folder."""
    kernel = Path(folder) / "kernels" / "book"
    kernel.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    content = json.dumps({"argv": argv, "display_name": "book", "language": "python"})
    (kernel / "kernel.json").write_text(content, encoding="utf-8")
    return KernelSpecManager(kernel_dirs=[str(kernel.parent)])


def environment(python: str | Path, variables: dict[str, str]) -> dict[str, str]:
    """Environment variables of a kernel: those of this process, its own programs first.

    A notebook sets the language of the book's messages itself, as it has to in Colab.
    """
    inherited = {key: value for key, value in os.environ.items() if key not in OWN}
    path = os.pathsep.join([str(Path(python).parent), inherited.get("PATH", "")])
    # ONNX Runtime 1.29 and later report their use unless they are told not to.
    return {"ORT_DISABLE_TELEMETRY": "1", **inherited, **variables, "PATH": path}


def without_colors(text: str) -> str:
    """Text of a terminal without its color codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[tuple[Item, Result]]:
    """Work on items on all cores, and yield each with its result as it comes."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        futures = {pool.submit(work, item): item for item in items}
        for future in as_completed(futures):
            yield futures[future], future.result()
