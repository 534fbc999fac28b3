"""Say how many minutes each lesson takes, and what was counted."""

from tools.chapters import read_book
from tools.minutes import LONGEST, SHORTEST, is_bounded
from tools.notebook import read_minutes


def main(arguments: list[str]) -> None:
    """Print the minutes of the named chapters, or of all, and what was counted."""
    for chapter in read_book().choose(arguments):
        minutes = read_minutes(chapter)
        if not minutes:
            print(f"  -  {chapter.name}: never run")
            continue
        fits = SHORTEST <= minutes.all <= LONGEST or not is_bounded(chapter)
        wanted = "" if fits else f", and a lesson takes {SHORTEST} to {LONGEST}"
        print(f"{minutes.all:3}  {chapter.name}: {minutes}{wanted} ({minutes.counts})")
