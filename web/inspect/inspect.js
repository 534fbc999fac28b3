/*
 * Inspect a model: choose a file, see what is in it, run it once.
 *
 * `inspect.html` is the page's part of it. Whatever a file can make slow happens in a worker,
 * which has a time limit and is ended when the reader cancels or drops another file.
 */

import { say, sayCount, spoken } from "../shared/messages.js";
import { graphView } from "./inspect-graph.js";
import { MAX_BYTES, READ_SECONDS, RUN_SECONDS } from "./inspect-limits.js";
import {
  answerTable,
  element,
  factsTable,
  findingsList,
  message,
  nodesTable,
  operatorsTable,
  timesText,
  valuesTable,
} from "./inspect-view.js";
import { bytesText, shown } from "./model-text.js";

const tool = document.querySelector(".inspect");
const part = (name) => tool.querySelector(`.inspect-${name}`);
const panel = (name) => tool.querySelector(`[data-panel="${name}"]`);

let file = null;
// Counts the files that were asked for: what belongs to an older number is out of date.
let fileNumber = 0;
let worker = null;
// What the worker does now: { panel, receive, tooSlow, timer }, or null.
let job = null;

// ---- The worker ----------------------------------------------------------------------------

function ask(question, newJob) {
  job = newJob;
  worker ??= startWorker();
  showBusy(job.panel, say("Starting."));
  worker.postMessage({ ...question, file, id: fileNumber, spoken });
}

function startWorker() {
  const started = new Worker(new URL("inspect-worker.js", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }) => receive(data));
  started.addEventListener("error", (event) => {
    event.preventDefault();
    const text = say(
      "The part of this page that reads models stopped. Reload the page and try again.",
    );
    fail({ message: text, sections: [], isFinal: true });
  });
  return started;
}

function receive(answer) {
  if (answer.step) return showStep(answer);
  if (answer.error) return fail(answer.error);
  job.receive(answer);
}

function showStep({ step, loaded, total }) {
  clearTimeout(job.timer);
  if (step === "started") setLimit(READ_SECONDS);
  if (step === "running") setLimit(RUN_SECONDS);
  if (step === "download") {
    return showBusy(job.panel, downloadText(loaded, total));
  }
  const reading = say("Reading {name}.", { name: shown(file.name) });
  showBusy(job.panel, step === "running" ? say("Running the model.") : reading);
}

function downloadText(loaded, total) {
  const values = { part: bytesText(loaded), all: bytesText(total ?? 0) };
  return total
    ? say("Loading ONNX Runtime: {part} of {all}.", values)
    : say("Loading ONNX Runtime: {part}.", values);
}

function setLimit(seconds) {
  job.timer = setTimeout(() => fail(job.tooSlow(seconds)), seconds * 1000);
}

function finish(text) {
  clearTimeout(job.timer);
  showIdle(job.panel, text);
  job = null;
}

/** End the worker, whatever it does. */
function stop(text) {
  worker?.terminate();
  worker = null;
  if (job) finish(text);
}

function fail(error) {
  const { panel: where } = job ?? { panel: panel("read") };
  if (error.isFinal) stop("");
  else finish("");
  showError(where, error);
}

// ---- Read a file -----------------------------------------------------------------------------

function readFile(chosen) {
  if (job) stop("");
  file = chosen;
  fileNumber += 1;
  part("result").hidden = true;
  showIdle(panel("read"), "");
  if (file.size > MAX_BYTES) return showError(panel("read"), tooLarge());
  ask({ task: "read" }, { panel: panel("read"), receive: showModel, tooSlow: readingTooSlow });
}

function tooLarge() {
  return {
    message: say(
      "{name} has {size}. This page reads files up to {most}, because a browser tab needs each " +
        "file several times in its memory. Python reads larger ones: helpers.describe(path).",
      { name: shown(file.name), size: bytesText(file.size), most: bytesText(MAX_BYTES) },
    ),
    sections: [],
  };
}

function readingTooSlow(seconds) {
  return {
    message: say(
      "Stopped after {seconds} seconds: this file takes longer to read than this page allows. " +
        "If you trust it, read it in Python: helpers.describe(path).",
      { seconds },
    ),
    sections: ["smallFile"],
    isFinal: true,
  };
}

function showModel({ facts, findings, picture }) {
  if (picture) return showPicture(picture);
  const name = shown(file.name);
  part("name").textContent = name;
  part("facts").replaceChildren(factsTable(facts), ...listsNote(facts));
  part("values").replaceChildren(...valuesTable(facts));
  part("findings").replaceChildren(findingsList(findings));
  part("operators").replaceChildren(...operatorsTable(facts));
  part("node-list").replaceChildren(...nodesTable(facts));
  part("nodes").open = false;
  part("graph").replaceChildren();
  part("answer").replaceChildren();
  showIdle(panel("run"), "");
  showSizes(facts.symbols);
  part("result").hidden = false;
  showIdle(panel("read"), readText(name, facts.nodeCount, findings.length));
  part("name").focus();
  job.panel = panel("graph");
  job.tooSlow = drawingTooSlow;
  showBusy(job.panel, say("Drawing the graph."));
}

function readText(name, nodeCount, findingCount) {
  const nodes = sayCount("{count} node", "{count} nodes", nodeCount);
  const warnings = findingCount
    ? sayCount("{count} warning", "{count} warnings", findingCount)
    : say("no warning");
  return say("Read {name}: {nodes}, {warnings}.", { name, nodes, warnings });
}

function listsNote({ hasLists }) {
  if (hasLists) return [];
  const textContent = say(
    "The lists in this file are long, as in tree ensembles, and were not read.",
  );
  return [element("p", { className: "inspect-note", textContent })];
}

function drawingTooSlow(seconds) {
  return {
    message: say(
      "Stopped after {seconds} seconds: this graph takes too long to draw. The tables are " +
        "complete. Cut a part off with onnx.utils.extract_model, and drop that.",
      { seconds },
    ),
    sections: [],
    isFinal: true,
  };
}

function showPicture(picture) {
  part("graph").replaceChildren(...graphView(picture));
  finish("");
}

// ---- Run it ------------------------------------------------------------------------------------

function showSizes(symbols) {
  const fields = symbols.map((symbol) => {
    const field = element("input", { type: "number", min: 1, value: 1, required: true });
    return element("label", {}, field, ` ${symbol === "?" ? say("without a name") : symbol}`);
  });
  part("size-list").replaceChildren(...fields);
  part("sizes").hidden = !fields.length;
}

function run(event) {
  event.preventDefault();
  if (job) return;
  part("answer").replaceChildren();
  showError(panel("run"), null);
  const form = part("run");
  const numbers = form.querySelectorAll("input[type=number]");
  const sizes = Array.from(numbers, (field) => field.valueAsNumber);
  const isRandom = form.elements.fill.value === "random";
  ask(
    { task: "run", isRandom, sizes },
    { panel: panel("run"), receive: showAnswer, tooSlow: runTooSlow },
  );
}

function showAnswer({ result }) {
  part("answer").replaceChildren(...answerTable(result));
  finish(timesText(result));
}

function runTooSlow(seconds) {
  return {
    message: say(
      "Stopped after {seconds} seconds: the run had not ended. The model is too large for this " +
        "page, or a Loop in it has no end. Run it in Python, in a process with a time limit.",
      { seconds },
    ),
    sections: ["smallFile"],
    isFinal: true,
  };
}

// ---- Panels ------------------------------------------------------------------------------------

function showBusy(where, text) {
  showIdle(where, text);
  where.querySelector(".inspect-cancel").hidden = false;
  part("start").disabled = true;
}

function showIdle(where, text) {
  where.querySelector(".inspect-status").textContent = text;
  where.querySelector(".inspect-cancel").hidden = true;
  showError(where, null);
  part("start").disabled = false;
}

function showError(where, error) {
  where.querySelector(".inspect-error").replaceChildren(...(error ? message(error) : []));
}

// ---- Choose a file -----------------------------------------------------------------------------

async function readBookModel() {
  if (job) stop("");
  fileNumber += 1;
  const number = fileNumber;
  showIdle(panel("read"), say("Loading the digit model."));
  const content = await downloadBookModel().catch(() => null);
  // Whoever chose another file meanwhile wants that one.
  if (number !== fileNumber) return;
  if (content) return readFile(new File([content], "digits.onnx"));
  const text = say("The download failed. Check the connection, and press the button again.");
  showIdle(panel("read"), "");
  showError(panel("read"), { message: text, sections: [] });
}

async function downloadBookModel() {
  const response = await fetch(new URL("digits.onnx", import.meta.url));
  if (!response.ok) throw new Error(response.statusText);
  return response.blob();
}

function readFirst(files) {
  // External data may come along; the model is the file that can be read.
  readFile([...files].find(({ name }) => name.endsWith(".onnx")) ?? files[0]);
}

function connect() {
  const input = part("file");
  part("choose").addEventListener("click", () => input.click());
  part("book").addEventListener("click", readBookModel);
  input.addEventListener("change", () => {
    if (input.files.length) readFirst(input.files);
    // The same file again is a change, too.
    input.value = "";
  });
  // A file that is dropped beside the zone would replace the page.
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    tool.dataset.state = "over";
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) tool.dataset.state = "waiting";
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    tool.dataset.state = "waiting";
    readFirst(event.dataTransfer.files);
  });
  for (const button of tool.querySelectorAll(".inspect-cancel")) {
    button.addEventListener("click", () => stop(say("Canceled.")));
  }
  part("run").addEventListener("submit", run);
  part("choose").disabled = false;
  part("book").disabled = false;
  showIdle(panel("read"), "");
}

connect();
