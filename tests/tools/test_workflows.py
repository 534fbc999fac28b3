"""What runs elsewhere is pinned, may do little, and publishes only what passed its tests."""

import os
import re
import subprocess

import pytest
import yaml

from tools.chapters import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: path for path in sorted(FOLDER.glob("*.yml"))}
EACH = pytest.mark.parametrize("name", WORKFLOWS)


def read(name):
    """Content of a workflow; YAML takes the key `on` for a truth value."""
    content = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    content["on"] = content.pop(True)
    return content


def commands(name):
    """All commands of a workflow."""
    jobs = read(name)["jobs"].values()
    return "\n".join(step.get("run", "") for job in jobs for step in job["steps"])


@EACH
def test_every_action_is_pinned_by_its_commit_and_names_its_version(name):
    uses = re.findall(r"uses: *(.*)", WORKFLOWS[name].read_text(encoding="utf-8"))
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_an_action_has_the_same_commit_everywhere():
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS.values())
    pins = set(re.findall(r"uses: *([\w/-]+)@(\w+)", text))
    assert len(pins) == len({action for action, _ in pins})


@EACH
def test_a_workflow_gets_only_the_rights_that_it_names(name):
    assert set(read(name)["permissions"].items()) <= {("contents", "read"), ("issues", "write")}


@pytest.mark.parametrize("name", ["test", "schedule"])
def test_what_runs_notebooks_sends_no_telemetry(name):
    assert read(name)["env"]["ORT_DISABLE_TELEMETRY"] == "1"


@pytest.mark.parametrize("name", ["test", "schedule"])
def test_a_command_in_a_pipe_that_fails_fails_the_job(name):
    assert "-euo pipefail" in read(name)["defaults"]["run"]["shell"]


def test_the_site_is_published_only_after_the_tests_of_its_own_commit():
    workflow = read("publish")
    assert workflow["on"] == {"workflow_run": {"workflows": ["test"], "types": ["completed"]}}
    [job] = workflow["jobs"].values()
    run = "github.event.workflow_run"
    for condition in (
        f"{run}.conclusion == 'success'",
        f"{run}.event == 'push'",
        f"{run}.head_branch == 'main'",
        f"{run}.head_sha == github.sha",
    ):
        assert condition in job["if"]
    assert "||" not in job["if"]


def test_the_site_that_is_published_is_the_one_of_that_run_and_nothing_is_made_again():
    [job] = read("publish")["jobs"].values()
    download, upload, deploy = job["steps"]
    assert download["with"]["run-id"] == "${{ github.event.workflow_run.id }}"
    assert download["with"]["name"] == upload["with"]["name"] == "github-pages"
    assert "actions/deploy-pages@" in deploy["uses"]
    assert commands("publish").strip() == ""


def test_the_tests_run_on_every_supported_python_and_hand_over_one_site():
    jobs = read("test")["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    [site] = [step for step in jobs["test"]["steps"] if "upload-pages" in step.get("uses", "")]
    assert site["if"] == "github.event_name == 'push' && matrix.python == '3.12'"
    assert not any("continue-on-error" in str(job) for job in jobs.values())


def test_every_target_that_a_workflow_makes_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    said = "\n".join(map(commands, WORKFLOWS)) + (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    made = set(re.findall(r"^(?:make|prove) ([a-z-]+)", said, re.MULTILINE))
    assert {"test", "test-heavy", "colab", "lint", "links"} <= made <= targets


def test_every_scheduled_job_tells_when_it_fails():
    for job in read("schedule")["jobs"].values():
        *_, last = job["steps"]
        assert last["if"] == "failure()"
        assert last["run"].startswith(".github/report ")


def test_the_update_bot_looks_after_actions_python_and_npm():
    bot = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    found = {(each["package-ecosystem"], each["directory"]) for each in bot["updates"]}
    assert found == {("github-actions", "/"), ("pip", "/"), ("npm", "/web")}


@pytest.mark.parametrize("known", ["", "7"])
def test_a_failure_opens_an_issue_or_is_added_to_the_open_one(tmp_path, known):
    program = tmp_path / "gh"
    program.write_text(f"""#!/usr/bin/env bash
        if [[ $2 == list ]]; then echo "{known}"; exit; fi
        echo "$@" > {tmp_path}/said
        while [[ $1 != --body-file ]]; do shift; done
        cat "$2" >> {tmp_path}/said
    """)
    program.chmod(0o755)
    (tmp_path / "log.txt").write_text("first\n" * 100 + "```\nlast @somebody\n")
    variables = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "RUN": "https://run.invalid",
    }
    report = [str(ROOT / ".github" / "report"), "A title", str(tmp_path / "log.txt")]
    subprocess.run(report, env=variables, check=True)
    said = (tmp_path / "said").read_text()
    assert said.startswith("issue comment 7" if known else "issue create --title A title")
    assert "https://run.invalid" in said
    assert said.endswith("    ```\n    last @somebody\n")
