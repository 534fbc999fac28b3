"""Code that was edited and not run stops whatever would show it beside the old outputs."""

import os
import shutil
import subprocess
import sys

import pytest

# Everything that publishes, packs, stores or runs stored notebooks.
COMMANDS = ("book", "workshop", "slides", "kit", "repository", "colab", "links", "lighthouse")
TRY = """
import sys
from tools.__main__ import COMMANDS
from importlib import import_module
from tools.chapters import ChapterError

for name in sys.argv[1:]:
    module, function = COMMANDS[name].split(":")
    try:
        getattr(import_module(module), function)([])
    except ChapterError as error:
        print(f"STOPPED {name}: {error}")
"""


@pytest.mark.slow
def test_every_command_stops_and_names_the_cell(added, tmp_path):
    root = shutil.copytree(added, tmp_path / "book", ignore=shutil.ignore_patterns("_build"))
    source = root / "chapters" / "count.md"
    edited = source.read_text(encoding="utf-8").replace("print(len", "print(2 * len")
    source.write_text(edited, encoding="utf-8")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    command = [sys.executable, "-c", TRY, *COMMANDS]
    variables = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        command, cwd=root, env=variables, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    for name in COMMANDS:
        said = f"STOPPED {name}: chapters/count.md:6: the cell 'print(2 * len(\"record\"))'"
        assert said in result.stdout, result.stdout
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert changed == []
    assert not (root / "_build" / "html").exists()
    assert not (root / "_build" / "workshop").exists()
    assert not (root / "web" / "node_modules").exists()
