"""A command makes what it makes in a language of the book, and in no other."""

import os
import shutil
import subprocess

import pytest

from tools.chapters import ROOT
from tools.proof import colab
from tools.workshop import handouts, kit, slides

COMMANDS = [handouts.main, slides.main, kit.main, colab.main]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__module__)
def test_a_language_that_the_book_has_not_is_refused(command, capsys):
    with pytest.raises(SystemExit):
        command(["--language", "xx"])
    assert "argument --language: expected en or vi, got 'xx'" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("make"), reason="this machine has no make")
@pytest.mark.parametrize("target", ["workshop", "workshop-kit", "slides", "colab"])
def test_make_takes_the_language_that_is_typed_and_not_that_of_the_machine(target):
    assert "--language vi" in planned(target, "EDITION=vi")
    assert "--language" not in planned(target)


def planned(*arguments):
    """What make would run on a machine that has a variable of this name."""
    command = ["make", "--dry-run", *arguments]
    variables = {**os.environ, "LANGUAGE": "de:en", "MAKEFLAGS": ""}
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=True
    ).stdout
