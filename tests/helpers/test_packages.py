import os
import subprocess
import sys

import nbformat
import pytest

from helpers import PackageError, require
from tools.run import run


def test_what_is_installed_passes():
    require("numpy>=1.26", "onnx", "pytest>=8,<1000")


def test_all_that_is_wrong_is_named_with_what_to_type():
    with pytest.raises(PackageError) as caught:
        require("numpy>=1000", "no-such-package", "onnx")
    message = str(caught.value)
    assert "numpy>=1000 (installed: " in message
    assert "no-such-package (not installed)" in message
    assert '%pip install "numpy>=1000" "no-such-package"' in message
    assert "onnx" not in message


def test_a_notebook_shows_the_sentence_and_no_traceback():
    with pytest.raises(PackageError) as caught:
        require("no-such-package")
    assert caught.value._render_traceback_() == [f"PackageError: {caught.value}"]


def test_tensorflow_is_found_under_each_of_its_names(monkeypatch):
    from importlib import metadata

    def version(name):
        if name != "tensorflow-cpu":
            raise metadata.PackageNotFoundError(name)
        return "2.21.0"

    monkeypatch.setattr(metadata, "version", version)
    require("tensorflow>=2.18")
    with pytest.raises(PackageError, match=r"installed: 2\.21\.0"):
        require("tensorflow>=3")


def test_a_requirement_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="expected a requirement such as"):
        require("numpy => 2")


# In place of TensorFlow: a module that writes a line of native code when it is imported.
TALKATIVE = """
import logging, os
get_logger = logging.getLogger
os.write(2, b"native line")
"""
SCRIPT = """
import os
from helpers import quiet_tensorflow
quiet_tensorflow()
{}
os.write(2, b"still here")
"""
USE = """
import tensorflow as tf
tf.function(lambda x: x + 1)(1)
tf.saved_model.save(tf.Module(), "saved")
"""


@pytest.mark.slow
@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.heavy)])
def test_in_a_script_tensorflow_writes_nothing_and_stderr_still_works(real, tmp_path):
    if not real:
        (tmp_path / "tensorflow.py").write_text(TALKATIVE)
    environment = {key: value for key, value in os.environ.items() if "TF_" not in key}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(USE if real else "import tensorflow")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert result.stderr == "still here"


@pytest.mark.slow
def test_in_a_notebook_native_lines_are_held_back_and_python_warnings_still_show(tmp_path):
    (tmp_path / "tensorflow.py").write_text(TALKATIVE)
    lines = [
        "from helpers import quiet_tensorflow",
        "quiet_tensorflow()",
        "import os, sys",
        "os.write(2, b'later native line')",
        "print('a warning of Python', file=sys.stderr)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])
    result = run(notebook, "quiet", tmp_path)
    assert result.noisy == ["a warning of Python"]
    assert result.error == ""
