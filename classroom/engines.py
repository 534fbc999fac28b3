"""Let a notebook that needs an engine run to its end where that engine is missing."""

from __future__ import annotations  # the machine check imports this, on any Python

import ast
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from classroom.messages import _

#: Spark 4 needs this version of Java, or a newer one.
JAVA = 17


def find_java() -> str | None:
    """Path of the Java that Spark takes: that of ``JAVA_HOME``, or else of the PATH."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


def why_no_java() -> str:
    """Why Spark finds no Java to run on; empty if it does."""
    java = find_java()
    if not java:
        return _(
            "Spark needs Java {wanted} or newer, and there is none; for example: "
            "sudo apt install openjdk-17-jre"
        ).format(wanted=JAVA)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if not version or int(version[1]) < JAVA:
        return _("Spark needs Java {wanted} or newer, and {java} is {found}").format(
            wanted=JAVA, java=java, found=version[1] if version else _("none that answers")
        )
    return ""


def why_no_spark() -> str:
    """Why Spark cannot run in this process; empty if it can."""
    if importlib.util.find_spec("pyspark") is None:
        return _("PySpark is not installed; it takes Java 17 and: pip install pyspark")
    return why_no_java()


class Skip:
    """A transformer of cells: those that need a missing module or name only say so."""

    def __init__(self, module: str):
        self.module = module
        self.missing: set[str] = set()

    def visit(self, cell: ast.Module) -> ast.Module:
        """Return the cell, or one that says that it was skipped."""
        nodes = list(ast.walk(cell))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        made |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        imported = set()
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                made |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
        if self.module in imported or read & self.missing:
            self.missing |= made
            text = _("skipped: {module} is missing").format(module=self.module)
            return ast.parse(f"print({text!r})")
        self.missing -= made
        return cell


def skip_without_spark() -> bool:
    """Skip the cells below that need Spark, if it is missing; return whether it is there.

    Prints one sentence with what to install. A cell is skipped if it imports ``pyspark``, or
    reads a name that only a skipped cell defines.

    Returns
    -------
    bool
        Whether Spark can run.
    """
    problem = why_no_spark()
    if not problem:
        return True
    from IPython import get_ipython

    print(
        _("{problem}. Until then, the cells that need Spark are skipped.").format(problem=problem)
    )
    shell = get_ipython()
    if shell is not None:
        shell.ast_transformers.append(Skip("pyspark"))
    return False
