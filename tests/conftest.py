"""What tests of several rooms share."""

from pathlib import Path

import pytest

from tests.added import copy_repository


@pytest.fixture(scope="session")
def added(once):
    """Folder of a copy of the repository with two more lessons; made once in a run."""
    return Path(once("added", copy_repository))
