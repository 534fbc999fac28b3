"""One command line for all tools: ``python -m tools NAME ...``; ``make`` calls it."""

import sys
from importlib import import_module

from tools.chapters import ChapterError

#: Function to call with the arguments, by name of the command.
COMMANDS = {
    "notebooks": "tools.store:main",
    "bench": "tools.store:bench",
    "minutes": "tools.minutes_report:main",
    "prose": "tools.prose:main",
    "repository": "tools.publish:main",
    "book": "tools.site.build:main",
    "lighthouse": "tools.site.lighthouse:main",
    "workshop": "tools.workshop.handouts:main",
    "slides": "tools.workshop.slides:main",
    "kit": "tools.workshop.kit:main",
    "colab": "tools.proof.colab:main",
    "versions": "tools.proof.versions:main",
    "conversions": "tools.proof.conversion_tables:main",
    "engines": "tools.proof.engine_jobs:main",
    "links": "tools.proof.links:main",
    "lock": "tools.lock:main",
    "translations": "tools.catalogs:main",
}


def main() -> None:
    """Call the function of a command; a fault in the book ends in a sentence."""
    name, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if name not in COMMANDS:
        sys.exit(f"tools: no command {name!r}; there are: {', '.join(COMMANDS)}")
    module, function = COMMANDS[name].split(":")
    try:
        getattr(import_module(module), function)(arguments)
    except ChapterError as error:
        sys.exit(f"{name}: {error}")


if __name__ == "__main__":
    main()
