"""Examples are copied whole, from the book and from an installed package."""

import pytest

from classroom import copy_example
from classroom.lessons import LessonError
from tools.chapters import ROOT


def test_every_file_is_copied_and_none_that_python_made(tmp_path):
    folder = copy_example("serve", tmp_path / "new" / "folder")
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    files = [path for path in (ROOT / "examples/serve").iterdir() if path.is_file()]
    assert found == {path.name: path.read_bytes() for path in files}


def test_a_second_copy_brings_the_files_back(tmp_path):
    changed = copy_example("serve", tmp_path) / "app.py"
    changed.write_text("")
    copy_example("serve", tmp_path)
    assert changed.read_text()


@pytest.mark.parametrize("name", ["", ".", "..", "../chapters", "no-such", "serve/app.py"])
def test_other_names_list_the_examples(tmp_path, name):
    with pytest.raises(LessonError, match=r"There are: .*serve"):
        copy_example(name, tmp_path)
