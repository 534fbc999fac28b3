"""Report the seconds that each notebook and each of its code cells takes, for the record."""

import argparse
import tempfile
from pathlib import Path

from notebooks import chapter_sources, code_cells, execute, read_source


def main() -> None:
    """Run the named chapters, or all, one after the other, and print the time of each cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    for source in chapter_sources(parser.parse_args().chapter):
        notebook = read_source(source)
        with tempfile.TemporaryDirectory() as folder:
            seconds = execute(notebook, Path(folder))
        code = [cell for cell in code_cells(notebook) if cell.source]
        print(f"{sum(seconds):8.2f} s  {source.stem}, {len(code)} code cells:", flush=True)
        for taken, cell in zip(seconds, code, strict=True):
            print(f"{taken:8.2f} s    [{cell.execution_count}] {cell.source.splitlines()[0]}")


if __name__ == "__main__":
    main()
