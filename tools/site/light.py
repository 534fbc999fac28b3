"""Make the finished pages light, and fix what axe finds in the theme.

The theme's pages load scripts that do nothing here, a dozen style sheets of which a tenth is
used, and an icon font of 2,000 glyphs of which a dozen are seen. Each step below takes one
such weight off, and raises an error when it finds nothing to take: a new version of the theme
is to be noticed. `make lighthouse` measures what the steps are worth together.
"""

import gc
import re
import sys
from pathlib import Path

from bs4 import BeautifulSoup

from tools import messages
from tools.editions import ENGLISH
from tools.messages import _
from tools.site.errors import BuildError, fail_unless
from tools.site.styles import one_style, subset_icons
from tools.site.theme import say_theme
from tools.site.weight import drop_dead_files, drop_source_maps

# Scripts that no page needs, by what their address or text contains.
UNUSED_SCRIPTS = {
    "fontawesome.js": "the icons come from the web font",
    "searchtools.js": "the book has a search of its own",
    "language_data.js": "part of Sphinx's search",
    "searchindex.js": "part of Sphinx's search",
    "sphinx_highlight.js": "marks what Sphinx's search found",
    "sphinx-thebe.js": "no page runs code on a server",
    "thebe_selector": "settings of thebe",
    "text/x-thebe-config": "settings of thebe",
    "kernelName": "settings of thebe",
    "DOCUMENTATION_OPTIONS.pagename": "for a menu of versions",
    "DOCUMENTATION_OPTIONS.search_as_you_type": "part of Sphinx's search",
    "design-tabs.js": "no page has tabs",
    "togglebutton.js": "what folds is a details element",
    "togglebuttonSelector": "settings of togglebutton.js",
    "toggleHint": "settings of togglebutton.js",
    "toggleOpenOnPrint": "settings of togglebutton.js",
}
# Pygments wraps names, punctuation, white space and modules too: half of a page's elements.
PLAIN_TOKEN = re.compile(r'<span class="(?:n|nn|p|w)">([^<]*)</span>|<span></span>')
# Code and outputs, which are most of a page: no step looks into them, so they are not parsed.
HELD = re.compile(r"(?<=<pre>).*?(?=</pre>)", re.DOTALL)
BACK = re.compile(r"(?<=<pre>)held:(\d+)(?=</pre>)")


def pages_of(html: Path) -> tuple[dict[Path, BeautifulSoup], list[str]]:
    """Pages of the site without the tokens of code that have no color of their own.

    Returns
    -------
    pages : dict
        The pages, parsed, with a number in place of each piece of code and of output.
    held : list of str
        These pieces.
    """
    pages: dict[Path, BeautifulSoup] = {}
    held: list[str] = []

    def hold(found: re.Match) -> str:
        held.append(found[0])
        return f"held:{len(held) - 1}"

    count = 0
    for path in sorted(html.rglob("*.html")):
        if "_static" not in path.parts:
            text, found = PLAIN_TOKEN.subn(r"\1", path.read_text(encoding="utf-8"))
            pages[path] = BeautifulSoup(HELD.sub(hold, text), "html.parser")
            count += found
    fail_unless(count, "tokens of code that have no color of their own")
    return pages, held


def texts_of(pages: dict[Path, BeautifulSoup], held: list[str]) -> dict[Path, str]:
    """Text of the pages, with code and outputs in their places again."""
    return {
        path: BACK.sub(lambda found: held[int(found[1])], str(page))
        for path, page in pages.items()
    }


def drop_scripts(pages: dict[Path, BeautifulSoup]) -> None:
    """Take out the scripts that no page needs."""
    seen = set()
    for page in pages.values():
        for tag in page.find_all(["script", "link"]):
            text = f"{tag.get('src', tag.get('href', ''))} {tag.get('type')} {tag.string}"
            known = [name for name in UNUSED_SCRIPTS if name in text]
            if known and (tag.name == "script" or tag.get("as") == "script"):
                seen.update(known)
                tag.decompose()
    fail_unless(seen == set(UNUSED_SCRIPTS), f"scripts {set(UNUSED_SCRIPTS) - seen}")
    for path, page in pages.items():
        if page.find(class_=["sd-tab-set", "toggle"]):
            raise BuildError(
                f"light: {path.name} has tabs or a toggle, whose scripts are taken off: "
                "use a details element, or take the script out of UNUSED_SCRIPTS"
            )


def defer_scripts(pages: dict[Path, BeautifulSoup]) -> None:
    """Let the page appear before its scripts run; they still run in their order."""
    count = 0
    for page in pages.values():
        for script in page.find_all("script", src=True):
            if script.get("type") != "module" and "defer" not in script.attrs:
                script["defer"] = ""
                count += 1
    fail_unless(count, "scripts that are not deferred")


def settle_theme(pages: dict[Path, BeautifulSoup]) -> None:
    """Choose light or dark before the first paint, and light where there is no JavaScript."""
    unsettled = 'localStorage.getItem("theme") || "auto"'
    preferred = 'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"'
    count = 0
    for page in pages.values():
        for top in page.find_all("html"):
            top["data-theme"] = "light"
        for script in page.find_all("script"):
            text = script.string or ""
            if unsettled in text:
                settled = f'localStorage.getItem("theme") || ({preferred})'
                script.string = text.replace(unsettled, settled)
                count += 1
    fail_unless(count == len(pages), "the script that sets the theme")


def fix_for_screen_readers(pages: dict[Path, BeautifulSoup]) -> None:
    """Fix what axe finds in the theme's own parts."""
    named = sidebars = 0
    for page in pages.values():
        # The visible text is the name: "Show code cell source", "Search Ctrl + K".
        for element in page.select("summary[aria-label], .search-button-field[aria-label]"):
            del element["aria-label"]
            named += 1
        for head in page.find_all("thead"):
            if not head.get_text(strip=True):
                head.decompose()
        for head in page.find_all("th"):
            if not head.get_text(strip=True):
                head.name = "td"
        for sidebar in page.find_all(id="pst-primary-sidebar"):
            sidebar["role"], sidebar["aria-label"] = "complementary", _("Book")
            sidebars += 1
    fail_unless(named, "names that differ from the visible text")
    fail_unless(sidebars, "sidebars outside of a landmark")


def stay_in_the_window(pages: dict[Path, BeautifulSoup]) -> None:
    """Let the buttons that lead to another language open no window; the theme's links do."""
    for page in pages.values():
        for link in page.select('a[class*="btn-language-"]'):
            del link["target"]


def make_light(html: Path, source: Path, base: str = "") -> None:
    """Edit the finished pages of a site, and drop what they no longer load.

    Parameters
    ----------
    html : pathlib.Path
        The site.
    source : pathlib.Path
        The staged book that it was made from.
    base : str
        Address of the site, where it is known.

    Raises
    ------
    BuildError
        When a step finds nothing to do.
    """
    pages, held = pages_of(html)
    drop_scripts(pages)
    defer_scripts(pages)
    settle_theme(pages)
    fix_for_screen_readers(pages)
    stay_in_the_window(pages)
    if messages.language.get() != ENGLISH:
        say_theme(pages.values(), is_known=bool(base))
    texts = texts_of(pages, held)
    own = {path.name for path in (source / "_static").glob("*.css")}
    subset_icons("".join(texts.values()), html / "_static")
    texts = one_style(texts, html, own)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    drop_source_maps(html)
    drop_dead_files(html, base)


def main() -> None:
    """Make a site light in its language: ``python -m tools.site.light HTML SOURCE LANGUAGE BASE``.

    A fault ends in a sentence.
    """
    gc.disable()  # as in `tools.site.jupyter_book`
    html, source, language, base = sys.argv[1:]
    with messages.speaking(language):
        try:
            make_light(Path(html), Path(source), base)
        except BuildError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
