"""What every chapter of ONNX in Practice needs, in one small package.

It describes, feeds, compares, times and draws ONNX models, and holds 10,000 handwritten
digits. The calls a chapter teaches (convert, load, run) are not in here on purpose.
"""

from helpers.checklist import ShippingReport, check_before_shipping
from helpers.digits import DIGITS_MODEL, Digits, load_mnist
from helpers.drawing import draw_graph
from helpers.expected import expected_error
from helpers.feed import (
    DtypeMismatchError,
    FeedError,
    MissingInputError,
    ShapeMismatchError,
    UnknownInputError,
)
from helpers.interface import Interface, describe
from helpers.latency import Latency, measure_latency
from helpers.model import InvalidModelError, read_model
from helpers.packages import PackageError, quiet_tensorflow, require
from helpers.parity import Parity, check_parity
from helpers.replacement import Replacement, check_replacement
from helpers.tables import html_table

__all__ = [
    "DIGITS_MODEL",
    "Digits",
    "DtypeMismatchError",
    "FeedError",
    "Interface",
    "InvalidModelError",
    "Latency",
    "MissingInputError",
    "PackageError",
    "Parity",
    "Replacement",
    "ShapeMismatchError",
    "ShippingReport",
    "UnknownInputError",
    "check_before_shipping",
    "check_parity",
    "check_replacement",
    "describe",
    "draw_graph",
    "expected_error",
    "html_table",
    "load_mnist",
    "measure_latency",
    "quiet_tensorflow",
    "read_model",
    "require",
]
