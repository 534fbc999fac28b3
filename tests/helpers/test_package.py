"""The package itself: small, plain, and without anything of the classroom."""

import subprocess
import sys
from pathlib import Path

import helpers


def test_the_helpers_import_nothing_of_the_classroom():
    code = """if True:
        import sys, helpers
        print([name for name in sys.modules if name.partition(".")[0] == "classroom"])
        print([name for name in dir(helpers) if name in ("check_answer", "show_quiz")])"""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n[]\n"


def test_every_public_name_is_there_and_described():
    for name in helpers.__all__:
        assert getattr(helpers, name).__doc__, name


def test_the_package_and_its_modules_stay_short():
    paths = Path(helpers.__file__).parent.glob("*.py")
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert max(lines.values()) <= 300, lines
    assert sum(lines.values()) <= 2000, lines
