"""Which site a test looks at: the English one, or the one with its translations.

``make test`` builds the first. Each language costs as much again: what a translation adds, and
what is asked about every page in every language, is ``make test-heavy``'s.
"""

import pytest

from tools.editions import ENGLISH

ALL = "all"
WITH_TRANSLATIONS = pytest.param(ALL, marks=pytest.mark.heavy)
with_translations = pytest.mark.parametrize("site", [WITH_TRANSLATIONS], indirect=True)
in_english_and_with_translations = pytest.mark.parametrize(
    "site", [ENGLISH, WITH_TRANSLATIONS], indirect=True
)
