"""What makes, packs and proves the book: ``python -m tools NAME``."""

import sys

# nbformat imports jsonschema, which would compile a grammar of addresses (a second, each time a
# process starts) for a format that no notebook's schema asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
