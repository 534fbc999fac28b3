"""Check what is installed, and keep TensorFlow's native log out of the page."""

import logging
import os
import sys
import warnings
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement

# One library, several distributions: any of them will do.
ALTERNATIVES = {
    "tensorflow": ("tensorflow-cpu", "tensorflow-intel", "tensorflow-rocm"),
    "xgboost": ("xgboost-cpu",),
}


class PackageError(ImportError):
    """A package is missing or has the wrong version; shown as one sentence in a notebook."""

    def _render_traceback_(self) -> list[str]:
        # IPython calls this hook: readers get the sentence instead of a traceback.
        return [f"{type(self).__name__}: {self}"]


def require(*requirements: str) -> None:
    """Stop with one sentence if a package is missing or does not fit.

    Parameters
    ----------
    *requirements : str
        Requirements as pip takes them, such as ``"keras>=3.13"``.

    Raises
    ------
    PackageError
        Says what is installed, what is needed and what to type. All that is wrong is
        named at once.
    ValueError
        When a requirement cannot be read.

    Examples
    --------
    >>> require("numpy>=1.26", "onnx")
    >>> require("onnx>=1000")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    helpers.packages.PackageError: needed here: onnx>=1000 (installed: ...). Type ...
    """
    wrong = []
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise ValueError(
                f"expected a requirement such as 'keras>=3.13', got {text!r}: {error}"
            ) from error
        version = _installed_version(requirement.name)
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            wrong.append((requirement, version))
    if wrong:
        found = ", ".join(
            f"{requirement} ({'not installed' if version is None else f'installed: {version}'})"
            for requirement, version in wrong
        )
        command = " ".join(f'"{requirement}"' for requirement, _ in wrong)
        raise PackageError(
            f"needed here: {found}. Type  %pip install {command}  in a cell of its own, "
            "then restart the kernel and run the notebook again."
        )


def _installed_version(name: str) -> str | None:
    """Name and version of the distribution that provides a library, or None."""
    for candidate in (name, *ALTERNATIVES.get(name, ())):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return None


def quiet_tensorflow() -> None:
    """Import TensorFlow without its native log lines.

    Its C++ code writes to file descriptor 2, some of it whatever the settings, and notebooks
    show those lines under the cell. This function holds the descriptor back while TensorFlow
    is imported, and in a notebook's kernel also later: Python has a stderr of its own there.
    It also silences the information lines of TensorFlow's logger, and one warning that
    ``keras.Model.export`` causes in itself. Call it before anything imports TensorFlow.

    Raises
    ------
    PackageError
        When TensorFlow is not installed.
    """
    require("tensorflow")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    warnings.filterwarnings(
        "ignore", message=r"In the future `np\.object`", category=FutureWarning
    )
    in_notebook = type(sys.stderr).__module__.startswith("ipykernel")
    kept = os.dup(2)
    void = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(void, 2)
        import tensorflow
    finally:
        if not in_notebook:
            os.dup2(kept, 2)
        os.close(void)
        os.close(kept)
    tensorflow.get_logger().setLevel(logging.WARNING)
