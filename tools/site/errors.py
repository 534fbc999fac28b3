"""What stops the build of the site."""

from tools.chapters import ChapterError


class BuildError(ChapterError):
    """The site could not be built; the text says why, or is what the failed program printed."""


def fail_unless(found: object, what: str) -> None:
    """Stop the build when a step that changes finished pages found nothing to change."""
    if not found:
        raise BuildError(
            f"light: expected {what} in the finished pages and found none: "
            "has the theme changed? Look whether the step is still needed."
        )
