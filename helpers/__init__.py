"""What every chapter of ONNX in Practice needs, in one small package.

It describes, feeds, compares, times and draws ONNX models, and holds 10,000 handwritten
digits. The calls a chapter teaches (convert, load, run) are not in here on purpose.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.public import *  # noqa: F403
else:

    def __getattr__(name):
        # Names are imported when the first one is asked for: `python -m helpers.preflight`
        # runs this file too, and has to speak where the packages they need are missing.
        if name != "__all__" and name.startswith("__"):
            raise AttributeError(f"module 'helpers' has no attribute {name!r}")
        public = import_module("helpers.public")
        if name not in (*public.__all__, "__all__"):
            raise AttributeError(f"module 'helpers' has no attribute {name!r}")
        return getattr(public, name)

    def __dir__():
        return import_module("helpers.public").__all__
