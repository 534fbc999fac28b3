"""Requests and answers of the Open Inference Protocol, version 2, for one ONNX file.

What is wrong with a request is said in one sentence, which repeats nothing of the request.
"""

import hashlib
import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

WORDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number", bool: "a bool"}
# What the protocol calls a type: NumPy's, and what JSON may hold. A true is no number here.
TYPES: dict[str, tuple[Any, set[type], str]] = {
    "BOOL": (np.bool_, {bool}, "true or false"),
    "BYTES": (object, {str}, "texts"),
    "FP16": (np.float16, {int, float}, "numbers"),
    "FP32": (np.float32, {int, float}, "numbers"),
    "FP64": (np.float64, {int, float}, "numbers"),
}
for bits in (8, 16, 32, 64):
    TYPES[f"INT{bits}"] = (np.dtype(f"int{bits}"), {int}, "whole numbers")
    TYPES[f"UINT{bits}"] = (np.dtype(f"uint{bits}"), {int}, "whole numbers")
# Where ONNX Runtime calls it something else.
ONNX_NAMES = {"string": "BYTES", "float16": "FP16", "float": "FP32", "double": "FP64"}


class RequestError(ValueError):
    """The request is wrong; the text says what was expected."""


class Tensor:
    """An input or output: name, type, and shape with numbers and symbols."""

    def __init__(self, value: ort.NodeArg) -> None:
        element = value.type.removeprefix("tensor(").removesuffix(")")
        self.datatype = ONNX_NAMES.get(element, element.upper())
        if self.datatype not in TYPES:
            raise ValueError(f"{value.name!r}: expected a tensor; convert with zipmap=False")
        self.dtype, self.python, self.json = TYPES[self.datatype]
        self.name, self.symbols = value.name, value.shape
        self.shape = [size if isinstance(size, int) else -1 for size in value.shape]

    def describe(self) -> dict[str, Any]:
        """Name, type and shape, as the metadata say them; -1 is any size."""
        return {"name": self.name, "datatype": self.datatype, "shape": self.shape}


class Model:
    """One version of a model: its session, and what is asked of it often."""

    def __init__(self, path: Path, options: ort.SessionOptions) -> None:
        self.name, self.version = path.parts[-3:-1]
        if not self.version.isdecimal():
            raise ValueError(f"{path}: expected a number as the folder of a version")
        try:
            self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime raises types of its own
            raise ValueError(f"{path}: expected an ONNX file, with its data beside it") from error
        self.inputs = {value.name: Tensor(value) for value in self.session.get_inputs()}
        self.outputs = {value.name: Tensor(value) for value in self.session.get_outputs()}
        self.hash = hash_of(path.parent)
        example = path.with_name("example.json")
        self.tried = example.exists()
        if self.tried:
            self.answer(example.read_bytes())  # does it work here? And the first run is slow

    def answer(self, body: bytes, length: str | None = None) -> tuple[dict[str, Any], bytes, Any]:
        """Return the head of the answer, the tensors wanted as bytes, and what was fed."""
        head, rest = split(body, length)
        feed = self.read_inputs(head, rest)
        wanted = self.read_outputs(head)
        try:
            arrays = self.session.run(list(wanted), feed)
        except (runtime.InvalidArgument, runtime.RuntimeException, runtime.Fail) as error:
            raise RequestError(
                "inputs: expected values that the model can compute with"
            ) from error
        answered: dict[str, Any] = {"model_name": self.name, "model_version": self.version}
        answered |= {"id": head["id"]} if "id" in head else {}
        answered["outputs"], tail = [], b""
        for name, array in zip(wanted, arrays, strict=True):
            entry, raw = write_tensor(self.outputs[name], array, wanted[name])
            answered["outputs"].append(entry)
            tail += raw
        return answered, tail, feed

    def read_inputs(self, head: dict[str, Any], rest: bytes) -> dict[str, np.ndarray]:
        """Make the feed: each input once, with its type and shape."""
        names = [take(entry, "name", str) for entry in take(head, "inputs", list)]
        if sorted(names) != sorted(self.inputs):
            raise RequestError(f"inputs: expected each of these once: {', '.join(self.inputs)}")
        feed: dict[str, np.ndarray] = {}
        sizes: dict[str, int] = {}
        for entry in head["inputs"]:
            tensor = self.inputs[entry["name"]]
            feed[tensor.name], rest = read_tensor(tensor, entry, rest)
            for symbol, size in zip(tensor.symbols, entry["shape"], strict=True):
                if isinstance(symbol, str) and sizes.setdefault(symbol, size) != size:
                    raise RequestError(
                        f"input {tensor.name!r}: expected as many rows as in the others"
                    )
        if rest:
            raise RequestError("binary data: expected as many bytes as the inputs name")
        return feed

    def read_outputs(self, head: dict[str, Any]) -> dict[str, bool]:
        """Return the outputs that are wanted, and whether as bytes."""
        default = take(take(head, "parameters", dict, {}), "binary_data_output", bool, False)
        wanted = {}
        for entry in take(head, "outputs", list, []):
            name, parameters = take(entry, "name", str), take(entry, "parameters", dict, {})
            if name not in self.outputs or "classification" in parameters:
                raise RequestError(f"outputs: expected some of these: {', '.join(self.outputs)}")
            wanted[name] = take(parameters, "binary_data", bool, default)
        return wanted or dict.fromkeys(self.outputs, default)


def take(holder: Any, key: str, kind: type, default: Any = None) -> Any:
    """Get a value of one type out of an object."""
    value = holder.get(key, default) if isinstance(holder, dict) else None
    if type(value) is not kind:
        raise RequestError(f"{key}: expected {WORDS[kind]}")
    return value


def split(body: bytes, length: str | None) -> tuple[dict[str, Any], bytes]:
    """Part the JSON from the bytes behind it, and read it."""
    end = len(body)
    if length is not None:
        if not (length.isascii() and length.isdigit() and len(length) < 12 and int(length) <= end):
            raise RequestError("Inference-Header-Content-Length: expected the length of the JSON")
        end = int(length)
    try:
        head = json.loads(body[:end])
    except (ValueError, RecursionError) as error:
        raise RequestError("body: expected JSON") from error
    take({"body": head}, "body", dict)
    take(head, "id", str, "")
    return head, body[end:]


def read_tensor(tensor: Tensor, entry: dict[str, Any], rest: bytes) -> tuple[np.ndarray, bytes]:
    """Make the array of one input; return what is left of the binary data, too."""
    where = f"input {tensor.name!r}: expected"
    shape, parameters = entry.get("shape"), take(entry, "parameters", dict, {})
    if entry.get("datatype") != tensor.datatype:
        raise RequestError(f"{where} the datatype {tensor.datatype}")
    if (
        not isinstance(shape, list)
        or len(shape) != len(tensor.shape)
        or not all(
            type(size) is int and size >= 1 and wanted in (-1, size)
            for size, wanted in zip(shape, tensor.shape, strict=True)
        )
    ):
        raise RequestError(f"{where} the shape {tensor.shape}, where -1 is 1 or more")
    count = math.prod(shape)
    if "binary_data_size" in parameters:
        size = take(parameters, "binary_data_size", int)
        values = from_bytes(tensor, rest[:size], count) if 0 <= size <= len(rest) else None
        if values is None:
            raise RequestError(
                f"{where} the bytes of {tensor.datatype} values, as many as in its shape"
            )
        rest = rest[size:]
    else:
        flat = flatten(entry.get("data"), shape)
        if flat is None or len(flat) != count:
            raise RequestError(
                f"{where} data, as many as in its shape, flat or in lists of that shape"
            )
        if not set(map(type, flat)) <= tensor.python:
            raise RequestError(f"{where} {tensor.json} as data")
        values = from_list(tensor, flat)
    if values is None or (values.dtype.kind == "f" and not np.isfinite(values).all()):
        raise RequestError(
            f"{where} values that {tensor.datatype} can hold, no NaN and no infinity"
        )
    return values.reshape(shape), rest


def flatten(data: Any, shape: list[int]) -> list[Any] | None:
    """Return the values in their order, or None if lists in lists don't have the shape."""
    if not isinstance(data, list) or not data or not isinstance(data[0], list):
        return data if isinstance(data, list) else None
    level = [data]
    for size in shape:
        if any(not isinstance(item, list) or len(item) != size for item in level):
            return None
        level = [value for item in level for value in item]
    return level


def from_list(tensor: Tensor, flat: list[Any]) -> np.ndarray | None:
    """Array of values from JSON, or None if one is beyond the type."""
    try:
        with np.errstate(over="ignore"):
            if tensor.dtype is object:
                "".join(flat).encode()  # half a character is no text
            return np.array(flat, tensor.dtype)
    except (OverflowError, UnicodeEncodeError):
        return None


def from_bytes(tensor: Tensor, raw: bytes, count: int) -> np.ndarray | None:
    """Array of values from binary data, or None if they are not so many."""
    if tensor.dtype is not object:
        dtype = np.dtype(tensor.dtype).newbyteorder("<")
        bad_bool = tensor.datatype == "BOOL" and raw.strip(b"\0\1")
        if len(raw) != count * dtype.itemsize or bad_bool:
            return None
        return np.frombuffer(raw, dtype).astype(tensor.dtype)
    texts, place = [], 0
    try:
        while place < len(raw):
            [size] = struct.unpack_from("<I", raw, place)
            texts.append(raw[place + 4 : place + 4 + size].decode())
            place += 4 + size
    except (struct.error, UnicodeDecodeError):
        return None
    return np.array(texts, object) if len(texts) == count and place == len(raw) else None


def write_tensor(tensor: Tensor, array: np.ndarray, binary: bool) -> tuple[dict[str, Any], bytes]:
    """Write an output into JSON, or beside it as bytes."""
    entry: dict[str, Any] = tensor.describe() | {"shape": list(array.shape)}
    if not binary:
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise RequestError(f"output {tensor.name!r}: is not finite, so ask for it in binary")
        return entry | {"data": array.ravel().tolist()}, b""
    raw = array.tobytes()
    if array.dtype == object:
        texts = [text.encode() for text in array.ravel()]
        raw = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return entry | {"parameters": {"binary_data_size": len(raw)}}, raw


def hash_of(folder: Path) -> str:
    """Hash of every file of a version, so that external data count."""
    digest = hashlib.sha256()
    for file in sorted(filter(Path.is_file, folder.rglob("*"))):
        name = file.relative_to(folder).as_posix()
        digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


# For the description of the service: what a request looks like.
_TENSOR = {
    "type": "object",
    "required": ["name", "datatype", "shape", "data"],
    "properties": {
        "name": {"type": "string"},
        "datatype": {"type": "string", "enum": sorted(TYPES)},
        "shape": {"type": "array", "items": {"type": "integer", "minimum": 1}},
        "data": {"type": "array"},
        "parameters": {"type": "object"},
    },
}
_REQUEST = {
    "type": "object",
    "required": ["inputs"],
    "properties": {
        "id": {"type": "string"},
        "inputs": {"type": "array", "items": _TENSOR, "minItems": 1},
        "outputs": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "parameters": {"type": "object"},
    },
}
REQUEST = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _REQUEST}}}
}
