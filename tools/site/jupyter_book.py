"""Run Jupyter Book on a folder, strictly: ``python -m tools.site.jupyter_book SOURCE HTML``.

Its own command does not read and write pages side by side, on all cores.
"""

import gc
import os
import sys
from pathlib import Path

from jupyter_book.sphinx import build_sphinx

# Docutils looks for a module of a language's name, and would find our folder of translations.
sys.modules["vi"] = None  # type: ignore[assignment]


def main() -> None:
    """Build every page; a warning ends in an exit code other than 0."""
    gc.disable()  # trees of pages live to the end; looking for garbage in them took 30 %
    source, html = map(Path, sys.argv[1:])
    result = build_sphinx(
        source,
        html,
        path_config=source / "_config.yml",
        noconfig=True,
        confoverrides={
            "external_toc_path": str(source / "_toc.yml"),
            "latex_individualpages": False,
        },
        doctreedir=html.with_name(f"{html.name}-doctrees"),
        freshenv=True,
        warningiserror=True,
        keep_going=True,
        quiet=True,
        jobs=os.cpu_count(),
    )
    sys.exit(1 if result else 0)


if __name__ == "__main__":
    main()
