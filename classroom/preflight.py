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
from classroom.messages import _


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
    # A terminal that lacks a letter shows a mark for it, and the lines that follow.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    return 0 if _report() else 1


def _report() -> bool:
    """Print each finding as soon as it is known; return whether nothing failed."""
    started = time.perf_counter()
    colors = _has_colors()
    print(_("Is this machine ready? About ten seconds, the first time longer."))
    print(flush=True)
    failed = []
    for finding in _findings():
        print(finding.line(colors=colors), flush=True)
        if finding.status == FAIL:
            failed.append(finding.name)
    if not failed:
        seconds = time.perf_counter() - started
        print("\n" + _("Ready, checked in {seconds:.0f} s.").format(seconds=seconds))
        return True
    if len(failed) == 1:
        print("\n" + _("Not ready, 1 check failed."))
    else:
        print("\n" + _("Not ready, {count} checks failed.").format(count=len(failed)))
    packages = [
        name for name in failed if name in installed.TESTED and not installed.why_none(name)
    ]
    if len(packages) > 1:
        command = installed.install(map(installed.requirement, packages))
        print(_("All packages at once: {command}").format(command=command))
    if installed.in_notebook():
        print(_("Do what the lines say, restart the kernel, then run this again."))
    else:
        print(_("Do what the lines say, then run this again."))
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
