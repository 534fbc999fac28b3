"""Fixtures that tests of several rooms share, and what a run of all tests says."""

import gc
import json
import os
import sys
import time
import traceback

import pytest

import tools.own_folder  # noqa: F401
from tools.pictures import pytest_runtest_call  # noqa: F401

# ONNX Runtime 1.29 and later report their use unless they are told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
# Notebooks say in which language the book's messages are; this machine has no say in it.
os.environ.pop("LANGUAGE", None)

# Scripts for other versions and servers run in environments of their own, examples in their own
# folder, added lessons in a copy of the book; fixtures and cases of conversions hold no doctests,
# and the cases import every library.
collect_ignore_glob = ["tools/proof/old_versions/*", "tools/proof/servers/*"]
collect_ignore_glob += ["tests/added/*", "examples/*", "**/models/*", "**/conftest.py"]
collect_ignore_glob += ["tools/proof/conversions/*"]


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """Do something in one worker; the others wait, and get what it returned."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.json"
        try:
            folder.mkdir()
        except FileExistsError:
            wait_for(done)
        else:
            try:
                result = {"value": str(make(folder))}
            except Exception:
                result = {"problem": traceback.format_exc()}
            done.with_suffix(".partial").write_text(json.dumps(result))
            done.with_suffix(".partial").rename(done)
        result = json.loads(done.read_text())
        assert "problem" not in result, result["problem"]
        return result["value"]

    return once


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection():
    """What is imported and collected stays to the end: look for no garbage in it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item):
    """Let a notebook find the engine it runs on, before its kernel starts; or skip it."""
    from tools import engines

    chapter = chapter_of(item)
    if not chapter or not chapter.engine:
        return (yield)
    if problem := engines.why_no_spark():
        if os.environ.get("REQUIRE_ENGINES"):
            pytest.fail(f"{NOT_RUN}{chapter.page}: {problem}")
        pytest.skip(f"{NOT_RUN}{chapter.page}: {problem}")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engines.variables(chapter).items():
            patch.setenv(name, value)
        return (yield)


def chapter_of(item):
    """Chapter of a notebook whose cell is tested; None for any other test."""
    from tools.chapters import read_book

    path = item.path
    if path.suffix != ".ipynb":
        return None
    return next((each for each in read_book() if each.notebook == path), None)


def wait_for(path, seconds=300):
    """Wait until a file exists."""
    for _ in range(seconds * 10):
        if path.exists():
            return
        time.sleep(0.1)
    raise TimeoutError(f"no {path.name} after {seconds} s: another worker hangs or died")


NOT_RUN = "NOT RUN: "


class Progress:
    """Say how far a run is, and at its end what it cost and how much was compared."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.started = time.perf_counter()
        self.total = self.done = 0
        self.notebooks = 0.0
        self.cells = set()
        self.not_run = set()

    @pytest.hookimpl(trylast=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.total = len(ids)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session):
        self.total = len(session.items) or self.total

    def pytest_runtest_logreport(self, report):
        if ".ipynb::" in report.nodeid:
            self.notebooks += report.duration
            if report.when == "call":
                self.cells.add(report.nodeid)
        if report.skipped and NOT_RUN in str(report.longrepr):
            self.not_run.add(str(report.longrepr[2]).partition(NOT_RUN)[2])
        if report.when == "teardown":
            self.done += 1
            self.show()

    def pytest_report_teststatus(self, report):
        # No dots: the line below says how far the run is.
        return ("passed", "", "PASSED") if report.passed and report.when == "call" else None

    def show(self):
        """Rewrite one line on a terminal; elsewhere, write a line for each fifth."""
        text = f"{self.done:,} of {self.total:,} tests, {self.seconds:.0f} s"
        if sys.stdout.isatty():
            self.terminal.rewrite(text)
        elif self.total and self.done * 5 // self.total > (self.done - 1) * 5 // self.total:
            self.terminal.write_line(text)

    @property
    def seconds(self):
        """Wall time of the run so far."""
        return time.perf_counter() - self.started

    def pytest_terminal_summary(self, terminalreporter):
        for reason in sorted(self.not_run):
            terminalreporter.write_line(f"{NOT_RUN}{reason}", red=True, bold=True)
        if not self.cells:
            return
        from tools.chapters import read_book
        from tools.notebook import code_cells, is_exempt, read_notebook

        cells = [
            cell
            for chapter in read_book()
            if any(f"{chapter.page}.ipynb::" in name for name in self.cells)
            for cell in code_cells(read_notebook(chapter.notebook))
        ]
        exempt = sum(map(is_exempt, cells))
        cost = self.seconds * os.cpu_count() / self.notebooks
        terminalreporter.write_line(
            f"notebooks: {len(self.cells)} code cells ran, the outputs of {len(cells) - exempt} "
            f"were compared, {exempt} are exempt (times, memory, training logs)"
        )
        terminalreporter.write_line(
            f"cost: {self.seconds:.0f} s x {os.cpu_count()} cores / {self.notebooks:.0f} s of "
            f"notebooks = {cost:.2f}"
        )


@pytest.hookimpl(trylast=True)  # after the reporter is there
def pytest_configure(config):
    """Report from the process that hands the tests to the workers."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(terminal), "progress")
