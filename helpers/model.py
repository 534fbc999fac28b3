"""Read an ONNX model from wherever it is, with an error that says what is wrong."""

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError, Message

ModelLike = str | Path | bytes | onnx.ModelProto
# Texts that nothing here reads, and that some programs write in other encodings.
NOT_READ = {"doc_string", "metadata_props"}


class InvalidModelError(ValueError):
    """What was given is not a whole ONNX model."""


def read_model(model: ModelLike) -> onnx.ModelProto:
    """Return the model as a ``ModelProto``, whatever form it comes in.

    Weights that are stored in files of their own (external data) are not read: the
    structure of the model does not need them.

    Parameters
    ----------
    model : str, pathlib.Path, bytes or onnx.ModelProto
        Path of an ``.onnx`` file, its content, or the model itself.

    Raises
    ------
    InvalidModelError
        When it is a folder, empty, cut off, a Git LFS pointer, not ONNX at all, or has a name
        that is not UTF-8 text.
    FileNotFoundError, TypeError
        When there is no such file; when it is none of the accepted types.
    """
    if isinstance(model, onnx.ModelProto):
        return _with_content(model, "the ModelProto")
    if isinstance(model, (bytes, bytearray)):
        return _parse(bytes(model), "the bytes")
    if isinstance(model, (str, Path)):
        path = Path(model)
        if path.is_dir():
            raise InvalidModelError(
                f"expected an .onnx file, but {str(path)!r} is a folder. If it is a TensorFlow "
                "SavedModel, convert it: python -m tf2onnx.convert --saved-model "
                f"{path} --output model.onnx"
            )
        if not path.exists():
            raise FileNotFoundError(
                f"there is no file {str(path)!r}. Check the spelling and the working folder "
                "(pathlib.Path.cwd()), or run the step that exports the model."
            )
        return _parse(path.read_bytes(), repr(str(path)))
    raise TypeError(
        "expected the path of an .onnx file, its bytes or an onnx.ModelProto, "
        f"got {type(model).__name__}"
    )


def _parse(content: bytes, source: str) -> onnx.ModelProto:
    if not content:
        raise InvalidModelError(f"{source}: empty (0 bytes). Export or download it again.")
    if content.startswith(b"version https://git-lfs"):
        raise InvalidModelError(
            f"{source}: a Git LFS pointer, not the model. Fetch the content: git lfs pull"
        )
    try:
        parsed = onnx.load_model_from_string(content)
    except DecodeError as error:
        raise InvalidModelError(
            f"{source}: {len(content):,} bytes that are not a whole ONNX model. Either it is "
            "another format, or it was cut off: compare its size with the original, "
            "then export or download it again."
        ) from error
    return _with_content(parsed, source)


def _with_content(model: onnx.ModelProto, source: str) -> onnx.ModelProto:
    parts = {
        "IR version": model.ir_version > 0,
        "opset": model.opset_import,
        "graph output": model.graph.output,
    }
    if missing := [name for name, there in parts.items() if not there]:
        raise InvalidModelError(
            f"{source}: not a whole ONNX model, it has no {' and no '.join(missing)}. "
            "Export or download it again."
        )
    _check_names(model, source)
    return model


def _check_names(message: Message, source: str) -> None:
    """Refuse names that are not UTF-8, as ONNX wants them: protobuf hands them out as bytes."""
    for field, value in message.ListFields():
        if field.name in NOT_READ:
            continue
        if field.type == field.TYPE_STRING:
            for text in [value] if isinstance(value, (str, bytes)) else value:
                if isinstance(text, bytes):
                    raise InvalidModelError(
                        f"{source}: damaged, {field.full_name} holds {text[:20]!r}, which is not "
                        "UTF-8 text. Export or download it again."
                    )
        elif field.type == field.TYPE_MESSAGE:
            for inner in [value] if isinstance(value, Message) else value:
                _check_names(inner, source)
