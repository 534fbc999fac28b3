"""Prove by reading that no cell needs what only a solution defines.

Students get a chapter without its solutions. The rest shares the run of the chapter if it never
reads a name that a solution set last.
"""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from tools.chapters import Cell, Chapter, ChapterError

# Their right side, or what they loop over, is read before they set a name.
READ_FIRST = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
GENERATOR = "genexpr"


@dataclass(frozen=True)
class Step:
    """Names that a statement reads, sets, and reads ``later``, when a function is called."""

    reads: frozenset[str]
    sets: frozenset[str]
    later: frozenset[str]


def check_names(chapter: Chapter) -> None:
    """Read all code of a chapter in order, and follow which names a solution set last.

    What a function reads when it is called may be set at any time; such a name must be set by
    some cell that students get.

    Raises
    ------
    ChapterError
        When a cell that students get needs a solution; the message has the cell's line.
    """
    solved: dict[str, int] = {}  # by name, the exercise whose solution set it last
    given: set[str] = set()  # names that cells of students set
    later: list[tuple[Cell, str]] = []
    for cell in [cell for cell in chapter.cells if cell.kind == "code"]:
        exercise = cell.number("solution")
        for step in steps_of(chapter, cell):
            if exercise is not None:
                solved |= dict.fromkeys(step.sets, exercise)
                continue
            for name in sorted(step.reads & set(solved)):
                raise missing(chapter, cell, name, solved[name])
            for name in step.sets:
                solved.pop(name, None)
            given |= step.sets
            later += [(cell, name) for name in sorted(step.later)]
    for cell, name in later:
        if name in solved and name not in given:
            raise missing(chapter, cell, name, solved[name])


def missing(chapter: Chapter, cell: Cell, name: str, exercise: int) -> ChapterError:
    """Error about a name that students do not have."""
    return chapter.fail(
        cell.line,
        f"the cell here needs {name!r} as the solution of exercise {exercise} sets it, and "
        "students get no solutions: set it in a cell that they get, or use another name",
    )


def steps_of(chapter: Chapter, cell: Cell) -> Iterator[Step]:
    """Statements of a cell in the order in which they run."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(cell.source))
    except SyntaxError as error:
        raise chapter.fail(cell.line, f"the code of this cell is no Python: {error}") from error
    yield from walk(tree.body)


def walk(statements: list[ast.stmt]) -> Iterator[Step]:
    """Simple statements as they are; of a compound one its first lines, then what is inside."""
    for statement in statements:
        blocks = blocks_of(statement)
        inside = [list(block) for block in blocks]
        for block in blocks:
            block[:] = [ast.Pass()]
        yield step_of(statement)
        for block in inside:
            yield from walk(block)


def blocks_of(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Lists of statements in a compound statement; functions and classes stay whole."""
    if isinstance(statement, SCOPES):
        return []
    parts = [statement, *getattr(statement, "handlers", []), *getattr(statement, "cases", [])]
    fields = ("body", "orelse", "finalbody")
    return [block for part in parts for field in fields if (block := getattr(part, field, []))]


class AsGenerators(ast.NodeTransformer):
    """Turn comprehensions into generators: from Python 3.12 on, only those keep their names."""

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the generator of a comprehension, or any other node as it is."""
        self.generic_visit(node)
        if isinstance(node, ast.ListComp | ast.SetComp):
            return ast.GeneratorExp(node.elt, node.generators)
        if isinstance(node, ast.DictComp):
            pair = ast.Tuple([node.key, node.value], ast.Load())
            return ast.GeneratorExp(pair, node.generators)
        return node


def step_of(statement: ast.stmt) -> Step:
    """What a statement does with the names of the notebook, as Python's own compiler sees it."""
    code = ast.unparse(AsGenerators().visit(statement))
    table = symtable.symtable(code, "cell", "exec")
    sets = {
        each.get_name() for each in table.get_symbols() if each.is_assigned() or each.is_imported()
    }
    named = [node for node in ast.walk(statement) if isinstance(node, ast.NamedExpr)]
    sets |= {node.target.id for node in named}
    reads = {name for name, later in reads_of(table) if not later}
    if not isinstance(statement, READ_FIRST):
        reads -= sets
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        reads.add(statement.target.id)
    later = {name for name, later in reads_of(table) if later}
    return Step(frozenset(reads), frozenset(sets), frozenset(later))


def reads_of(table: symtable.SymbolTable, later: bool = False) -> Iterator[tuple[str, bool]]:
    """Names of the notebook that a scope reads, and whether it does so only when it is called."""
    for each in table.get_symbols():
        if each.is_referenced() and each.is_global():
            yield each.get_name(), later
    for child in table.get_children():
        is_function = child.get_type() == "function" and child.get_name() != GENERATOR
        yield from reads_of(child, later or is_function)
