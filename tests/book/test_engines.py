"""Lessons that run on an engine: without it they end, with it they leave nothing behind."""

import ipaddress
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import psutil
import pytest

from tools import engines
from tools.chapters import ROOT, read_book
from tools.lock import LOCK
from tools.notebook import derive
from tools.run import run
from tools.store import own_packages

LESSONS = [chapter for chapter in read_book() if chapter.engine]
EACH = pytest.mark.parametrize("chapter", LESSONS, ids=str)


def run_in(folder, chapter, **variables):
    """Run a lesson in a folder, as a reader there does."""
    found = {"PYTHONPATH": str(ROOT), **variables}
    return run(derive(chapter), chapter.name, folder, variables=found)


@pytest.mark.heavy
@EACH
def test_without_its_engine_a_lesson_says_what_to_install_and_ends(chapter, tmp_path):
    result = run_in(tmp_path, chapter, JAVA_HOME=str(tmp_path / "none"))
    assert result.error == ""
    assert result.noisy == []
    assert "PySpark is not installed; it takes Java 17 and: pip install pyspark." in result.printed
    assert result.printed.count("skipped: pyspark is missing") > 5
    assert "Spark can run here: False" in result.printed


@pytest.mark.heavy
@EACH
def test_a_lesson_leaves_no_process_no_port_and_no_file_behind(chapter, tmp_path):
    assert engines.why_no_spark() == ""
    folder, temporary = tmp_path / "folder", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    variables = {**own_packages(chapter), "TMPDIR": str(temporary)}
    with watch_ports(temporary) as ports:
        result = run_in(folder, chapter, **variables, SPARK_LOCAL_DIRS=str(temporary))
    assert result.error == ""
    assert [path.name for path in folder.iterdir()] == ["models"]
    assert [path.name for path in temporary.rglob("*") if path.is_file()] == []
    mine = [each for each in psutil.process_iter() if str(temporary) in words_of(each)]
    _, alive = psutil.wait_procs(mine, timeout=60)
    assert [words_of(process) for process in alive] == []
    assert len({port for _, port in ports}) > 1  # Java's and others: the watch sees them
    assert [address for address in ports if not is_of_this_machine(address)] == []
    assert [address for address in ports if is_open(address)] == []


@contextmanager
def watch_ports(temporary):
    """Collect the addresses at which the processes of a run listen, while it runs."""
    found, ended = set(), threading.Event()

    def look():
        while not ended.wait(0.5):
            for process in psutil.process_iter():
                if str(temporary) in words_of(process):
                    with suppress(psutil.Error):  # it ended meanwhile
                        found.update(listening(process))

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield found
    finally:
        ended.set()
        watch.join()


def listening(process):
    """Addresses at which a process listens."""
    connections = process.net_connections("inet")
    return {tuple(each.laddr) for each in connections if each.status == psutil.CONN_LISTEN}


def is_of_this_machine(address):
    """Whether only programs of this machine can reach an address."""
    ip = ipaddress.ip_address(address[0])
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def is_open(address):
    """Whether somebody answers at an address."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as caller:
        caller.settimeout(5)
        return caller.connect_ex(address) == 0


def test_an_open_port_is_noticed_and_one_to_the_network_too():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("", 0)) as wide:
        near, far = server.getsockname(), wide.getsockname()
        assert {near, far} <= listening(psutil.Process())
        assert is_open(near)
        assert is_of_this_machine(near)
        assert not is_of_this_machine(far)
    assert not is_open(near)
    assert is_of_this_machine(("::ffff:127.0.0.1", 1))


def words_of(process):
    """Command line and variables of a process; empty if it is gone or somebody else's."""
    try:
        return " ".join([*process.cmdline(), process.environ().get("TMPDIR", "")])
    except psutil.Error:
        return ""


def prove(required, tmp_path):
    """Prove a lesson where there is no Java; return what is said, and the code."""
    # A process of its own, without what this one tells its own workers.
    inherited = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    inherited.pop("REQUIRE_ENGINES", None)
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n0",
            "-p",
            "no:cacheprovider",
            f"{LESSONS[-1].page}.ipynb",
        ],
        cwd=ROOT,
        env={**inherited, **required, "JAVA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout, ended.returncode


@pytest.mark.slow
def test_a_lesson_that_is_not_proved_is_named_in_the_last_lines(tmp_path):
    said, code = prove({}, tmp_path)
    assert code == 0, said
    assert f"NOT RUN: {LESSONS[-1].page}: " in "\n".join(said.splitlines()[-4:])


@pytest.mark.heavy
def test_where_engines_are_required_it_fails_instead(tmp_path):
    said, code = prove({"REQUIRE_ENGINES": "1"}, tmp_path)
    assert code == 1, said


def pins(path):
    """Versions that a lock pins, by package."""
    return dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("group", engines.APART)
def test_an_engine_is_locked_beside_the_book_and_not_in_it(group):
    book, engine = pins(LOCK), pins(engines.lock_of(group))
    name = {"spark": "pyspark"}.get(group, group)
    assert name in engine
    assert name not in book
    assert {package: engine[package] for package in engine.keys() & book.keys()} == {
        package: book[package] for package in engine.keys() & book.keys()
    }
    assert "://" not in engines.lock_of(group).read_text(encoding="utf-8")
