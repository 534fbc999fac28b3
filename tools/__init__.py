"""What makes, packs and proves the book: ``python -m tools NAME``."""
