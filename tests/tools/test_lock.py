"""The locks agree with the bounds they are made from, and name no machine."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tools import engines, lock
from tools.chapters import ROOT


def test_the_tested_versions_are_those_of_the_lock():
    stored = json.loads(lock.TESTED.read_text(encoding="utf-8"))
    assert stored == lock.read_tested(), "run: make lock"


def read_pins(path):
    return dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", path.read_text(encoding="utf-8")))


def test_every_package_that_a_group_names_is_locked_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = read_pins(lock.LOCK)
    for name, group in project["dependency-groups"].items():
        if name in engines.APART:
            locked |= read_pins(engines.lock_of(name))
        for requirement in map(Requirement, group):
            version = locked[re.sub(r"[-_.]+", "-", requirement.name).lower()]
            assert requirement.specifier.contains(version), f"{requirement}: run: make lock"


def test_the_lock_names_no_host():
    text = lock.LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--hash=sha256:" in text


@pytest.mark.parametrize("bound", ["numpy", "numpy~=2.1", "numpy>=2.1,!=2.2", "numpy!=2.2.*"])
def test_a_bound_that_the_preflight_cannot_read_is_refused(bound):
    with pytest.raises(ValueError, match="expected a bound such as"):
        lock.bounds(Requirement(bound))


def test_a_series_that_gives_wrong_answers_is_left_out():
    found = lock.bounds(Requirement("onnxruntime>=1.24,!=1.27.*,!=1.26.*,<2"))
    assert found == {"at_least": "1.24", "below": "2", "excluded": ["1.26", "1.27"]}
