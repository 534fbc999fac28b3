"""Report the seconds that each notebook and each of its code cells takes, for the record."""

import argparse
import tempfile
from pathlib import Path

from notebooks import chapter_sources, execute, read_source

SLOWEST = 8


def main() -> None:
    """Run the named chapters, or all, one after the other, and print their slowest cells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", nargs="*", help="name without ending; default: all")
    for source in chapter_sources(parser.parse_args().chapter):
        notebook = read_source(source)
        with tempfile.TemporaryDirectory() as folder:
            seconds = execute(notebook, Path(folder))
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source]
        print(f"{sum(seconds):6.1f} s  {source.stem}, {len(code)} code cells; the slowest:")
        timed = sorted(zip(seconds, code, strict=True), key=lambda pair: -pair[0])
        for taken, cell in timed[:SLOWEST]:
            print(f"{taken:8.2f} s  cell {cell.execution_count}: {cell.source.splitlines()[0]}")


if __name__ == "__main__":
    main()
