"""Tell in ten seconds whether a machine is ready for the book.

``python -m classroom.preflight`` in a terminal, ``preflight()`` in a notebook. This file and
those that it imports take the standard library only, and their syntax is that of Python 3.8:
they have to speak where packages are missing and where Python is too old.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

from classroom import installed, machine, trials
from classroom.machine import FAIL, Finding


def preflight() -> None:
    """Print one line for each thing that the book needs from this machine.

    The checks: the Python version; write access to the working folder; free disk and
    memory; Java, which the lessons on Spark alone need; the version of each package; and,
    each in a process of its own, a run of the model that travels with the book, and a
    conversion of a scikit-learn, a LightGBM and a Keras model whose answers have to be the
    same afterwards. Each line is ``ok``, or ``FAIL`` with what is wrong and what to type.
    ``unknown``, where this system does not tell, and ``not asked``, because of something that
    failed before or that few lessons need, are not counted.
    """
    _report()


def main() -> int:
    """Do what `preflight` does; 0 when nothing failed, 1 otherwise."""
    return 0 if _report() else 1


def _report() -> bool:
    """Print each finding as soon as it is known; return whether nothing failed."""
    started = time.perf_counter()
    colors = _has_colors()
    print("Is this machine ready? About ten seconds, the first time longer.\n", flush=True)
    failed = []
    for finding in _findings():
        print(finding.line(colors=colors), flush=True)
        if finding.status == FAIL:
            failed.append(finding.name)
    if not failed:
        print(f"\nReady, checked in {time.perf_counter() - started:.0f} s.")
        return True
    print(f"\nNot ready, {'1 check' if len(failed) == 1 else f'{len(failed)} checks'} failed.")
    packages = [
        name for name in failed if name in installed.TESTED and not installed.why_none(name)
    ]
    if len(packages) > 1:
        print(f"All packages at once: {installed.install(map(installed.requirement, packages))}")
    restart = "restart the kernel, " if installed.in_notebook() else ""
    print(f"Do what the lines say, {restart}then run this again.")
    return False


def _findings() -> Iterator[Finding]:
    python = machine.check_python()
    yield python
    if python.status == FAIL:
        return  # what is installed for another Python does not count
    yield machine.check_folder()
    yield machine.check_disk()
    yield machine.check_memory()
    yield machine.check_java()
    versions = {name: installed.version(installed.distribution(name)) for name in installed.TESTED}
    for name, version in versions.items():
        yield installed.check_package(name, version)
    yield from trials.ask(versions)


def _has_colors() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    # The old console of Windows shows the codes as they are.
    return sys.stdout.isatty() and (os.name != "nt" or "WT_SESSION" in os.environ)


if __name__ == "__main__":
    sys.exit(main())
