"""Write what Jupyter Book reads into ``_build/book``: nothing of it is edited where it lies.

Notebooks come with the outputs of exactly their code, pages with their derived parts in place of
the markers, the configuration with what follows from the repository's address.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import nbformat
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.address import BRANCH, COLAB, is_known, read_address, site_address
from tools.chapters import ROOT, Book, Chapter, anchors, read_yaml, written_by_hand
from tools.editions import ENGLISH, languages
from tools.messages import say, speaking
from tools.minutes import MARKER as MINUTES
from tools.notebook import check_all_ran, current
from tools.pages import conversions, error_index, guide, landing, questions, tested_with
from tools.pages.blocks import HEADING, MARKER, fill
from tools.site.errors import BuildError
from tools.site.extensions.anchors import ANCHORS
from tools.site.scripts import build as build_scripts
from tools.site.spoken import FILE as MESSAGES
from tools.site.spoken import spoken

WEB = ROOT / "web"
# What a copy of the book needs, to build the site of a changed one elsewhere.
COPIED = (
    *("_config.yml", "_toc.yml", "index.md", "README.md", "pyproject.toml"),
    *("_static", "chapters", "images", "web/dist", "web/dist.sha256"),
)
PICTURES = {".gif", ".jpg", ".jpeg", ".png", ".svg", ".webp"}
# Markers that the extension `live` replaces in the finished page.
LATER = ("live model",)


def copy_book(target: Path, root: Path = ROOT) -> Path:
    """Copy what the site is built from; return the folder.

    Scripts that are built already come along, so that the copy need not build them again.
    """
    pages = [path.name for path in root.glob("*.md")]
    ignored = shutil.ignore_patterns("models", "__pycache__", ".*")
    for name in dict.fromkeys([*COPIED, *pages, *languages(root)]):
        here, there = root / name, target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if here.is_dir():
            shutil.copytree(here, there, ignore=ignored)
        elif here.exists():
            shutil.copyfile(here, there)
    return target


def prepare(books: list[Book]) -> list[Path]:
    """Build the scripts of a book, and stage its editions, English first; return their folders.

    Code that was not run stops it before.
    """
    check_all_ran(books[0])
    scripts = build_scripts(books[0])
    return [stage(book, scripts) for book in books]


def stage(book: Book, scripts: Path) -> Path:
    """Write everything that Jupyter Book reads, from nothing.

    Parameters
    ----------
    book : Book
        The book.
    scripts : pathlib.Path
        What the pages load, as `tools.site.scripts.build` makes it.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ChapterError
        When code was edited and not run, a marker has an unknown name, or data are wrong; nothing
        is written then.
    """
    with speaking(book.edition.language):
        return write_all(book, scripts)


def write_all(book: Book, scripts: Path) -> Path:
    """Write what `stage` writes, in the language that is set."""
    address = read_address(book.root)
    files = {
        "_config.yml": configuration(book, address),
        "_toc.yml": table_of_contents(book),
        "README.md": (book.root / "README.md").read_text(encoding="utf-8"),
        "known.json": json.dumps(known(book)),
        "_templates/search.html": (WEB / "search" / "search.html").read_text(encoding="utf-8"),
        "_templates/draw.html": (WEB / "draw" / "draw.html").read_text(encoding="utf-8"),
        **pages(book, address),
    }
    if book.edition.is_translated:
        files[ANCHORS] = json.dumps(written_anchors(book))
        files[MESSAGES] = spoken(book)
    for chapter in book:
        check_markers(chapter)
        files[f"{chapter.page}.ipynb"] = nbformat.writes(current(chapter))
        files[f"{chapter.page}.md"] = chapter.text  # to download
    target = book.root / "_build" / staged_name(book.edition.language)
    shutil.rmtree(target, ignore_errors=True)
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    copy_styles(book.root, target / "_static")
    copy_pictures(book.root, target)
    shutil.copytree(scripts, target / "extra" / "live")  # comes as it is to the top of the site
    return target


def written_anchors(book: Book) -> dict[str, list[str]]:
    """Anchors of the headings of each page in English, which is staged already."""
    chapters = {chapter.page: [each.anchor for each in chapter.sections] for chapter in book}
    english = book.root / "_build" / staged_name(ENGLISH)
    others = {
        page: anchors(HEADING.findall((english / f"{page}.md").read_text(encoding="utf-8")))
        for page in ["index", *book.pages]
        if page not in chapters
    }
    return chapters | others


def staged_name(language: str) -> str:
    """Name of the folder below ``_build`` that a language is staged in."""
    return "book" if language == ENGLISH else f"book-{language}"


def configuration(book: Book, address: str) -> str:
    """Text of ``_config.yml``: the one of the book, and what follows from chapters and address."""
    config = read_yaml(book.root / "_config.yml")
    config["sphinx"]["config"]["language"] = book.edition.language
    config["sphinx"]["config"]["html_context"]["languages"] = [ENGLISH, *languages(book.root)]
    # The notebooks are the pages; the Markdown beside each one is its source.
    config["exclude_patterns"] += [f"{chapter.page}.md" for chapter in book]
    if is_known(address):
        config["html"] |= {
            "baseurl": site_address(address) + book.edition.prefix,
            "use_edit_page_button": True,
            "use_issues_button": True,
            "use_repository_button": True,
        }
        config["repository"] = {
            **{"url": address, "branch": BRANCH},
            "path_to_book": book.edition.prefix.rstrip("/"),
        }
        config["launch_buttons"] = {"colab_url": COLAB}
    else:  # no link to a page can be shown elsewhere with a picture
        config["sphinx"]["config"]["ogp_social_cards"] = {"enable": False}
    return yaml.safe_dump(config, allow_unicode=True, sort_keys=False)


def table_of_contents(book: Book) -> str:
    """Text of ``_toc.yml``, its captions in the language of the book."""
    if not book.edition.is_translated:
        return book.contents.read_text(encoding="utf-8")
    read = book.edition.data("index", book.contents.name, read_yaml(book.contents))
    return yaml.safe_dump(read, allow_unicode=True, sort_keys=False)


def pages(book: Book, address: str) -> dict[str, str]:
    """Text of every page that is no chapter, by its file, with the derived parts in place."""
    values = {
        **conversions.values(book),
        **error_index.values(book),
        **landing.values(book, address),
        **guide.values(book, address),
        **questions.values(book),
        **tested_with.values(book),
        "inspector": inspector(),
        **{name: f"<!-- here: {name} -->" for name in LATER},
    }
    chapters = {chapter.page for chapter in book}
    found = {}
    for page in ["index", *book.pages]:
        if page not in chapters:
            name = f"{page}.md"
            found[name] = fill(book.text(page), values, name)
    return found


def known(book: Book) -> dict[str, list[dict[str, str]]]:
    """What the search finds a section by beside its text: errors and questions."""
    return {
        "errors": [asdict(each) for each in error_index.explained(book)],
        "questions": [asdict(each) for each in questions.asked(book)],
    }


def inspector() -> str:
    """Markup of the inspector, as a block of raw HTML."""
    source = FileSystemLoader(WEB / "inspect")
    jinja = Environment(loader=source, autoescape=True, undefined=StrictUndefined)
    markup = jinja.get_template("inspect.html").render(say=say)
    return f"```{{raw}} html\n{markup.rstrip()}\n```"


def check_markers(chapter: Chapter) -> None:
    """Stop at a marker of a chapter that nobody replaces."""
    known = [*MARKER.findall(MINUTES), *LATER]
    for line, text in enumerate(chapter.text.splitlines(), 1):
        for name in MARKER.findall(text):
            if name not in known:
                raise chapter.fail(
                    line, f"nothing goes by the name {name!r}; there are: {', '.join(known)}"
                )


def copy_styles(root: Path, target: Path) -> None:
    """Gather the style sheets of the book and of what the pages load."""
    target.mkdir()
    for path in [*(root / "_static").glob("*"), *WEB.glob("*/*.css")]:
        if (target / path.name).exists():
            raise BuildError(f"two style sheets have the name {path.name}: rename {path}")
        shutil.copyfile(path, target / path.name)


def copy_pictures(root: Path, target: Path) -> None:
    """Copy the pictures of the book and of its chapters to the same places."""
    for path in (*(root / "images").rglob("*"), *written_by_hand(root)):
        if path.suffix in PICTURES:
            there = target / path.relative_to(root)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there)
