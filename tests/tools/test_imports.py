"""No module imports one that imports it, and no room imports from one above it."""

import ast
from graphlib import TopologicalSorter

import pytest

from tools.chapters import ROOT

ROOMS = ("helpers", "classroom", "tools")  # each may import from those before it
APART = ("tools/proof/old_versions", "tools/proof/servers")  # scripts for other environments
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(APART)
}


def imported_by(name):
    """Modules of the repository that one imports, also inside its functions."""
    named = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports from '.'; write the whole name"
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return named & FILES.keys() - {name}


IMPORTS = {name: imported_by(name) for name in FILES}


def test_no_module_imports_one_that_imports_it():
    assert len(list(TopologicalSorter(IMPORTS).static_order())) == len(FILES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_from_none_above_it(room):
    above = ROOMS[ROOMS.index(room) + 1 :]
    found = {
        name: [other for other in IMPORTS[name] if other.startswith(above)]
        for name in FILES
        if name.partition(".")[0] == room
    }
    assert {name: others for name, others in found.items() if others} == {}
