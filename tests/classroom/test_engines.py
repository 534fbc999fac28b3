"""Where an engine is missing, a notebook says what to install, and runs to its end."""

import ast
import sys

import pytest

from classroom import engines
from classroom.engines import Skip, why_no_java


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Put a Java of some version on the PATH, which holds nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def install(version, folder=tmp_path):
        folder.mkdir(exist_ok=True, parents=True)
        program = folder / "java"
        program.write_text(f"""#!/bin/sh\necho 'openjdk version "{version}" 2025' >&2\n""")
        program.chmod(0o755)

    return install


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Java is a shell script here")


@pytest.mark.parametrize("version", ["17.0.15", "21", "25-ea"])
def test_a_new_java_will_do(java, version):
    java(version)
    assert why_no_java() == ""


@pytest.mark.parametrize(("version", "said"), [("1.8.0_452", "is 1"), ("11.0.27", "is 11")])
def test_an_old_java_is_named(java, version, said):
    java(version)
    assert why_no_java().startswith("Spark needs Java 17 or newer, and ")
    assert why_no_java().endswith(said)


def test_what_is_no_java_is_named(java, tmp_path):
    java("17")
    (tmp_path / "java").write_text("#!/bin/sh\nexit 1\n")
    assert why_no_java().endswith("is none that answers")


def test_without_java_it_says_what_to_install(java):
    assert "sudo apt install openjdk-17-jre" in why_no_java()


def test_java_home_comes_first_as_for_spark(java, tmp_path, monkeypatch):
    java("17")
    java("11", tmp_path / "old" / "bin")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    assert why_no_java().endswith("is 11")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    assert "there is none" in why_no_java()


def test_without_pyspark_it_says_so(monkeypatch):
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None)
    assert "pip install pyspark" in engines.why_no_spark()


def run(*cells):
    """What cells print in a notebook where the module `absent` is missing."""
    skip, names, printed = Skip("absent"), {}, []
    names["print"] = lambda *values: printed.append(" ".join(map(str, values)))
    for cell in cells:
        exec(compile(skip.visit(ast.parse(cell)), "cell", "exec"), names)
    return printed


SKIPPED = "skipped: absent is missing"


@pytest.mark.parametrize(
    "cell",
    [
        "import absent",
        "import absent.sql as sql",
        "from absent import Session",
        "from absent.sql import functions as f",
        "if True:\n    import absent",
    ],
)
def test_a_cell_that_imports_what_is_missing_is_skipped(cell):
    assert run(cell) == [SKIPPED]


@pytest.mark.parametrize(
    "use",
    [
        "print(engine)",
        "def f():\n    return engine",
        "x = [engine for _ in range(2)]",
        "with engine: pass",
        "class A(engine): pass",
    ],
)
def test_a_cell_that_needs_what_a_skipped_one_made_is_skipped(use):
    assert run("import absent\nengine = absent.start()", use) == [SKIPPED] * 2


def test_it_goes_on_from_cell_to_cell_and_leaves_the_others():
    cells = [
        "from absent import a",
        "b = a()",
        "c = 1",
        "print(c)",
        "print(b)",
        "b = 2",
        "print(b)",
    ]
    assert run(*cells) == [SKIPPED, SKIPPED, "1", SKIPPED, "2"]


def test_what_is_there_is_run_without_a_word(monkeypatch, capsys):
    monkeypatch.setattr(engines, "why_no_spark", lambda: "")
    assert engines.skip_without_spark()
    assert capsys.readouterr().out == ""
