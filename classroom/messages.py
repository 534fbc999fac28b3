"""Say the messages of this package in the reader's language; English is what is written here.

The language is that of gettext's own variable, ``LANGUAGE``, such as ``vi``. It's asked for when
a message is shown, since a notebook may set it after this was imported. As `preflight`, this
imports the standard library only, in the syntax of Python 3.8.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def _(message: str) -> str:
    """Translation of a message, or the message where there is none."""
    languages = os.environ.get("LANGUAGE", "").split(":")
    found = gettext.translation("classroom", FOLDER, list(filter(None, languages)), fallback=True)
    return found.gettext(message) if message else ""  # to gettext, no text is the header


def number(value: float, form: str = ",") -> str:
    """Format a number with the separators of the language: of thousands, then of decimals.

    Examples
    --------
    >>> number(2000), number(1.5, ".1f")
    ('2,000', '1.5')
    """
    return format(value, form).translate(str.maketrans(",.", _(",.")))


def later(message: str) -> str:
    """Mark a message that is translated later, by `_`, when it's shown."""
    return message
