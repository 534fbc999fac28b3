"""Every public layer of Keras with its options, functions of keras.ops, and whole architectures.

Each row is a line of code, as a reader writes it, so that the table shows what was measured.
"""

import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import onnx
from keras import layers, ops

from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.keras_lines import ADAPTED, ONE_INPUT, OPS, SHAPES, TWO_INPUTS
from tools.proof.conversions.keras_models import ARCHITECTURES, mixed_precision

ASKED = 2000
PIXELS = {"images", "images of 11 by 7 pixels", "channels first"}  # 0 to 255


def cases() -> Iterator[Case]:
    """All rows of the table for Keras."""
    for kind, lines in ONE_INPUT.items():
        for line in lines:
            name, _, options = line.removesuffix(")").partition("(")
            yield Case("Keras", name, options, kind, partial(one, line, kind))
    for kind, lines in TWO_INPUTS.items():
        for line in lines:
            yield Case("Keras", *two_parts(line), f"two {kind}", partial(two, line, kind))
    for line in OPS:
        call = line if "(" in line else f"{line}(x)"
        name, options, index = call_of(call)
        options = "" if options == "x" else options + (f", then {index}" if index else "")
        yield Case("Keras", f"ops.{name}", options, "numbers", partial(function, call))
    for name, (kind, make) in ARCHITECTURES.items():
        yield Case("Keras", name, "", kind, partial(whole, make, kind))


def call_of(line: str) -> tuple[str, str, str]:
    """Name, options and index of a call such as ``top_k(x, 2)[0]``."""
    parts = re.fullmatch(r"([\w.]+)\((.*)\)(\[\d\])?", line)
    assert parts, line
    name, options, index = parts.groups()
    return name, options, index or ""


def two_parts(line: str) -> tuple[str, str]:
    """Name and options of a line such as ``Dot(axes=1)([x, y])``."""
    parts = re.fullmatch(r"(\w+)\((.*)\)\((.*)\)", line)
    assert parts, line
    name, options, call = parts.groups()
    more = re.sub(r"^[\[(]?x, y[\])]?(, )?", "", call)
    return name, ", ".join(part for part in (options, more) if part)


def one(line: str, kind: str) -> Subject:
    """A model of one layer."""
    shape = SHAPES[kind]
    start = keras.Input(shape, dtype=dtype_of(kind), name="x")
    inner = layers.Masking()(start) if kind == "padded sequences" else start
    stateful = "stateful" in line
    if stateful:
        start = inner = keras.Input(batch_shape=(ASKED, *shape), name="x")
    layer = eval(f"layers.{line}", {"layers": layers})
    if line in ADAPTED:
        layer.adapt(rows_of(kind, 7))
    found = subject(keras.Model(start, layer(inner)), [kind], stateful=stateful)
    found.tolerance = tolerance_of(line)
    if dtype_of(kind) == keras.config.floatx() == "float32" and "dtype=" not in line:
        found.double = double(lambda: one(line, kind))
    return found


def two(line: str, kind: str) -> Subject:
    """A model of a layer with two inputs."""
    x, y = (keras.Input(SHAPES[kind], dtype=dtype_of(kind), name=name) for name in "xy")
    end = eval(f"layers.{line}", {"layers": layers, "x": x, "y": y})
    found = subject(keras.Model([x, y], end), [kind, kind])
    found.tolerance = tolerance_of(line)
    if dtype_of(kind) == keras.config.floatx() == "float32" and "dtype=" not in line:
        found.double = double(lambda: two(line, kind))
    return found


def function(call: str) -> Subject:
    """A model that calls one function of keras.ops."""
    x, y = (keras.Input(SHAPES["numbers"], name=name) for name in "xy")
    names = {name: getattr(ops, name) for name in dir(ops) if not name.startswith("_")}
    end = eval(call, {**names, "x": x, "y": y})
    both = "y" in re.findall(r"\b\w+\b", call)
    found = subject(keras.Model([x, y] if both else x, end), ["numbers"] * (1 + both))
    if keras.config.floatx() == "float32":
        found.double = double(lambda: function(call))
    return found


def double(build: Callable[[], Subject]) -> Callable[[], Subject]:
    """Build with float64 throughout; in the process of one case, so nothing has to be set back."""

    def built() -> Subject:
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        return build()

    return built


def tolerance_of(line: str) -> float:
    """Relative tolerance: that of helpers.check_parity, or eight steps of a smaller type."""
    steps = {"bfloat16": 2**-4, "float16": 2**-7}
    return next((size for name, size in steps.items() if name in line), 1e-3)


def whole(make: Callable[[], keras.Model], kind: str) -> Subject:
    """A whole architecture."""
    found = subject(make(), [kind])
    if make is mixed_precision:
        found.tolerance = tolerance_of("float16")
    elif dtype_of(kind) == keras.config.floatx() == "float32":
        found.double = double(lambda: whole(make, kind))
    return found


def dtype_of(kind: str) -> str:
    """Element type of a kind of rows, as Keras names it."""
    other = {"ids": "int32", "single ids": "int32", "texts": "string"}
    return other.get(kind, keras.config.floatx())


def rows_of(kind: str, seed: int, count: int = ASKED) -> np.ndarray:
    """Ordinary rows of a kind."""
    random = np.random.default_rng(seed)
    shape = [5 if size is None else size for size in SHAPES[kind]]
    if kind.endswith("ids"):
        return random.integers(0, 10, (count, *shape)).astype(np.int32)
    if kind == "texts":
        words = np.array(["good", "film", "bad film", "Good, film!", ""], object)
        return words[random.integers(0, len(words), (count, *shape))]
    rows = random.normal(size=(count, *shape)).astype(keras.config.floatx())
    if kind in PIXELS:
        rows = (rows * 60 + 128).clip(0, 255)
    if kind == "padded sequences":
        for row, length in zip(rows, random.integers(0, 6, count), strict=True):
            row[length:] = 0
    return rows


def odd_rows(kind: str) -> dict[str, np.ndarray]:
    """Rows on which layers are fragile, by the kind of fragility."""
    few = rows_of(kind, 1, 5)
    if kind.endswith("ids"):
        return {"unseen": np.full_like(few, 11), "negative": np.full_like(few, -1)}
    if kind == "texts":
        return {"unseen": np.full_like(few, "ÄRGER über 2 films")}
    odd = {
        "zero": np.zeros_like(few),
        "constant": np.ones_like(few),
        "halves": np.round(few) + 0.5,
        "rounded": np.round(few),  # with zeros of both signs
    }
    if kind == "sequences of any length":
        odd |= {f"length {size}": few[:, :size] for size in (1, 2)}
    one = few.copy().reshape(len(few), -1)
    one[range(len(one)), np.arange(len(one)) % one.shape[1]] = np.nan
    odd |= {"missing": np.full_like(few, np.nan), "one missing": one.reshape(few.shape)}
    return odd if kind in PIXELS else {**odd, "large": few * 1e4}


def subject(model: keras.Model, kinds: list[str], *, stateful: bool = False) -> Subject:
    """Subject of a model: weights that are all different, rows, and its export."""
    random = np.random.default_rng(0)
    for weights in model.weights:
        value = random.normal(0, 0.5, weights.shape)
        if "float" in weights.dtype and "seed" not in weights.path and "state" not in weights.path:
            positive = any(part in weights.path for part in ("variance", "vector_u"))
            weights.assign(np.abs(value) + 0.1 if positive else value)
    names = [tensor.name for tensor in model.inputs]
    pairs = list(zip(names, kinds, strict=True))
    rows = {name: rows_of(kind, seed) for seed, (name, kind) in enumerate(pairs)}
    again = {name: values.copy() for name, values in rows.items()}

    def answer(asked: dict[str, np.ndarray]) -> list[np.ndarray]:
        if stateful:
            model.layers[-1].reset_states()
            if asked is again:
                answers(model, asked)
        return answers(model, asked)

    def odd() -> dict[str, Any]:
        if stateful:
            return {"second call": again}
        found = {}
        for what in odd_rows(kinds[0]):
            found[what] = {name: odd_rows(kind)[what] for name, kind in pairs}
            try:  # rows that the original itself refuses compare nothing
                answers(model, found[what])
            except Exception:  # of TensorFlow, in many kinds
                del found[what]
        return found

    def convert(opset: int | None) -> onnx.ModelProto:
        if stateful:  # the state of the moment is written into the file
            model.layers[-1].reset_states()
        return export(model, opset)

    answer(rows)  # a model that was never called cannot be exported
    return Subject(
        answer=answer,
        convert=convert,
        feed=lambda rows: rows,
        rows=rows,
        fragile=odd,
        opsets=tuple(range(9, 19)),
        alone=not stateful,
    )


def answers(model: keras.Model, rows: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Outputs of the model, without training."""
    fed = [keras.ops.convert_to_tensor(rows[tensor.name]) for tensor in model.inputs]
    result = model(fed if len(fed) > 1 else fed[0], training=False)
    return [np.asarray(part) for part in keras.tree.flatten(result)]


class RefusedError(Exception):
    """What tf2onnx logged as an error while it went on."""


class Errors(logging.Handler):
    """The errors that are logged, as texts."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a text."""
        self.texts.append(record.getMessage())


def export(model: keras.Model, opset: int | None) -> onnx.ModelProto:
    """File that Keras exports; what tf2onnx logs as an error is an error here."""
    errors = Errors()
    logging.getLogger("tf2onnx").addHandler(errors)
    options: dict[str, Any] = {} if opset is None else {"opset_version": opset}
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            model.export(path, format="onnx", verbose=False, **options)
            proto = onnx.load(path)
    finally:
        logging.getLogger("tf2onnx").removeHandler(errors)
    if errors.texts:
        raise RefusedError(errors.texts[0])
    return proto
