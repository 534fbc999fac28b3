"""Build what the pages load before any test, and report how many cells are exempt."""

import os
import sys
from pathlib import Path

# Before anything imports onnxruntime; kernels and other processes inherit it.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tools"))


def pytest_configure(config):
    """Build once, in the process that hands the tests to the workers."""
    import web

    if not hasattr(config, "workerinput"):
        web.build()


def pytest_terminal_summary(terminalreporter, config):
    """Print the count after every run that could have compared notebooks."""
    import notebooks

    if hasattr(config, "workerinput") or not getattr(config.option, "nbval", False):
        return
    code = exempt = 0
    for path in sorted(notebooks.CHAPTERS.glob("**/*.ipynb")):
        for cell in notebooks.read_notebook(path).cells:
            if cell.cell_type == "code":
                code += 1
                exempt += notebooks.is_exempt(cell)
    terminalreporter.write_line(
        f"notebooks: the outputs of {code - exempt} of {code} code cells are compared, "
        f"{exempt} are exempt (times and training logs)"
    )
