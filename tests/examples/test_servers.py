"""What the lesson says of ready-made servers is what the scripts find, and they find it again."""

import re
import subprocess
import sys

import pytest

from tools.chapters import ROOT
from tools.environments import make_environment, python_of

FOLDER = ROOT / "tools" / "proof" / "servers"
SCRIPTS = sorted(FOLDER.glob("*_*.py"))
LESSON = (ROOT / "chapters" / "run-a-service.md").read_text("utf-8")


def packages(script):
    """What a script asks for in its head."""
    return re.findall(r'"([^"]+==[^"]+)"', script.read_text("utf-8").partition('# ///\n"')[0])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_lesson_names_the_version_that_was_run(script):
    server, version = packages(script)[0].split("==")
    [row] = [line for line in LESSON.splitlines() if line.lower().startswith(f"| [{server}]")]
    assert version in row
    for found in re.findall(r'": "(\d+)"', script.read_text("utf-8")):
        assert found in row


@pytest.mark.heavy
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_script_finds_what_it_found(script, tmp_path):
    make_environment(tmp_path / "server", sys.executable, *packages(script))
    command = [python_of(tmp_path / "server"), script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
