"""Copy an example, such as the service, to where a reader can change it."""

import shutil
from pathlib import Path

from classroom.lessons import LessonError

PACKAGE = Path(__file__).parent
# In the package where it is installed; beside it in the book.
FOLDERS = (PACKAGE / "examples", PACKAGE.parent / "examples")


def copy_example(name: str, folder: str | Path) -> Path:
    """Copy the files of an example into a folder, over those of the same names.

    Parameters
    ----------
    name : str
        Name of the example, such as ``"serve"``.
    folder : str or pathlib.Path
        Where the files go. It is made if it is missing.

    Returns
    -------
    pathlib.Path
        The folder, absolute.

    Raises
    ------
    LessonError
        When there is no such example; the message lists those that there are.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     (copy_example("serve", folder) / "app.py").exists()
    True
    """
    examples = next(filter(Path.is_dir, FOLDERS), PACKAGE)
    there = sorted(path.name for path in examples.iterdir() if path.is_dir())
    if name not in there:
        raise LessonError(f"there is no example {name!r}. There are: {', '.join(there)}")
    made_by_python = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")
    shutil.copytree(examples / name, folder, dirs_exist_ok=True, ignore=made_by_python)
    return Path(folder).resolve()
