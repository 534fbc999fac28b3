/*
 * Tables, lists and messages of the inspector. All text goes in as text, never as HTML.
 */

import { SECTIONS } from "site-links";

import { later, number, say, sayCount } from "../shared/messages.js";
import { bytesText } from "./model-text.js";

// Class names stand in full: the build drops the styles of names that it does not find.
const LEVELS = {
  problem: { word: later("Problem"), className: "inspect-finding inspect-problem" },
  notice: { word: later("Notice"), className: "inspect-finding inspect-notice" },
};
// What `findPitfalls` in model-findings.js looks for.
const CHECKED = later(
  "No warning. Checked: the IR version and the opsets; the names, types and shapes of inputs and " +
    "outputs; constants that became inputs; a fixed batch; ZipMap; Loop in place of an LSTM; " +
    "operators of other domains; weights in other files; and whether names, arrays and shapes in " +
    "the graph fit together.",
);

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {object} properties Such as `className` and `textContent`.
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Make a table like those of the book.
 *
 * @param {string} name What a screen reader calls it.
 * @param {string[]} head Titles of the columns; none for a table whose first column is its head.
 * @param {(string | number)[][]} rows
 * @param {number[]} long Columns with long words, which break anywhere; the others do not wrap.
 * @returns {HTMLElement} The table in a box of its own, which scrolls where it is too wide.
 */
export function table(name, head, rows, long) {
  const cells = head.map((title) => {
    return title ? element("th", { scope: "col", textContent: title }) : element("td");
  });
  const body = rows.map((row) => {
    const made = row.map((text, i) => cell(text, !head.length && i === 0, long.includes(i)));
    return element("tr", {}, ...made);
  });
  const made = element("table", { className: "table" }, element("tbody", {}, ...body));
  if (head.length) made.prepend(element("thead", {}, element("tr", {}, ...cells)));
  const box = element("div", { className: "inspect-table", tabIndex: 0 }, made);
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", name);
  return box;
}

function cell(text, isHead, isLong) {
  const className = isLong ? "inspect-long" : "";
  const made = element(isHead ? "th" : "td", { textContent: text, className });
  if (isHead) made.scope = "row";
  return made;
}

/** A message with links to sections of the book. */
export function message({ message: text, sections }) {
  return [element("p", { textContent: text }), ...readOn(sections)];
}

function readOn(sections) {
  if (!sections.length) return [];
  const links = sections.map((key) => {
    const { title, address } = SECTIONS[key];
    return element("a", { href: address, textContent: say(title) });
  });
  const list = links.flatMap((link, i) => (i ? [", ", link] : [link]));
  return [element("p", { className: "inspect-read-on" }, say("Read on: "), ...list)];
}

/** What the file says about itself, as a table. */
export function factsTable(facts) {
  const list = facts.opsets.map(({ domain, version }) => `${domain} ${version}`).join(", ");
  const rows = [
    [say("File size"), bytesText(facts.size)],
    [say("IR version"), facts.irVersion],
    [facts.opsets.length === 1 ? say("Opset") : say("Opsets"), list],
    [say("Producer"), facts.producer || say("not named")],
    [say("Graph"), facts.graphName || say("not named")],
    [say("Nodes"), nodesText(facts)],
    [say("Initializers"), initializersText(facts.initializers)],
    [say("Functions"), functionsText(facts)],
    [say("Model version"), facts.modelVersion],
    [say("Description"), facts.description],
    ...facts.metadata.map(metadataRow),
  ];
  const known = rows.filter(([, value]) => value);
  return table(say("Facts about the file"), [], known, [1]);
}

function metadataRow({ key, value }) {
  return [say("Metadata: {key}", { key }), value || say("empty")];
}

function nodesText({ nodeCount, operatorCount }) {
  const kinds = sayCount("{count} kind", "{count} kinds", operatorCount);
  return say("{nodes}, of {kinds}", { nodes: number(nodeCount), kinds });
}

function functionsText({ functions }) {
  return functions && say("{functions}, operators that the file defines itself", { functions });
}

function initializersText({ count, bytes, external }) {
  if (!count) return say("none");
  const arrays = sayCount("{count} array", "{count} arrays", count);
  const inside = say("{arrays}, {size} in the file", { arrays, size: bytesText(bytes) });
  if (!external) return inside;
  const others = sayCount("{count} array", "{count} arrays", external);
  return say("{inside}; {others} in other files", { inside, others });
}

/** Inputs and outputs, as a table. */
export function valuesTable({ inputs, outputs }) {
  const row = (kind) => (value) => [kind, value.name, value.type, value.shape, value.numpy];
  const rows = [...inputs.rows.map(row(say("input"))), ...outputs.rows.map(row(say("output")))];
  const head = ["", say("name"), say("type"), say("shape"), say("in NumPy")];
  const made = table(say("Inputs and outputs"), head, rows, [1, 3]);
  return [
    made,
    ...restNote(inputs, sayCount("{count} input", "{count} inputs", inputs.count)),
    ...restNote(outputs, sayCount("{count} output", "{count} outputs", outputs.count)),
  ];
}

function restNote({ rows, count }, all) {
  if (rows.length === count) return [];
  const text = say("The table shows the first {shown} of {all}.", { shown: rows.length, all });
  return [element("p", { className: "inspect-note", textContent: text })];
}

/** What the book warns of, or what was checked where nothing was found. */
export function findingsList(findings) {
  if (!findings.length) {
    return element("p", { textContent: say(CHECKED) });
  }
  return element("ul", { className: "inspect-list" }, ...findings.map(finding));
}

function finding({ id, level, title, what, why, fix, sections }) {
  const item = element(
    "li",
    { className: LEVELS[level].className },
    element(
      "p",
      { className: "inspect-title" },
      element("span", { className: "inspect-level", textContent: say(LEVELS[level].word) }),
      ` ${title}`,
    ),
    element("p", { textContent: `${what} ${why}` }),
    element("p", {}, element("strong", { textContent: say("What to do: ") }), fix),
    ...readOn(sections),
  );
  item.dataset.finding = id;
  return item;
}

/** Operators and how often they occur, as a table. */
export function operatorsTable({ operators, operatorCount }) {
  if (!operatorCount) return [element("p", { textContent: say("The graph has no nodes.") })];
  const rows = operators.map(({ domain, name, count }) => [name, domain, number(count)]);
  const head = [say("operator"), say("domain"), say("count")];
  const made = table(say("Operators"), head, rows, [0, 1]);
  const all = sayCount("{count} operator", "{count} operators", operatorCount);
  const notes = restNote({ rows, count: operatorCount }, all);
  return [made, ...notes, ...estimatorsOf(operators)];
}

// Operators that tell of the estimators that were converted; others are in files of all kinds.
const TELLING = /^(TreeEnsemble|SVM|Linear|Scaler|Imputer|OneHotEncoder|Binarizer)/;
const CONVERSIONS = "chapters/reference/what-converts.html";

function estimatorsOf(operators) {
  const names = operators.filter(({ name }) => TELLING.test(name)).map(({ name }) => name);
  if (!names.length) return [];
  const links = names.flatMap((name, i) => {
    const link = element("a", { href: `${CONVERSIONS}?q=${encodeURIComponent(name)}`, textContent: name });
    return i ? [", ", link] : [link];
  });
  const text = say("What converts to these, and what then answers differently: ");
  return [element("p", { className: "inspect-read-on" }, text, ...links)];
}

/** The nodes with what they read and give: what the picture shows, in words. */
export function nodesTable({ nodes, outerNodeCount }) {
  const rows = nodes.map(({ operator, inputs, outputs }, i) => [i + 1, operator, inputs, outputs]);
  const head = ["", say("operator"), say("reads"), say("gives")];
  const made = table(say("Nodes"), head, rows, [1, 2, 3]);
  const all = sayCount("{count} node", "{count} nodes", outerNodeCount);
  return [made, ...restNote({ rows, count: outerNodeCount }, all)];
}

/** What came out of a run, as a table; and which outputs could not be returned. */
export function answerTable({ outputs, hidden }) {
  const rows = outputs.map(({ name, type, shape, values }) => [name, type, shape, values]);
  const head = [say("output"), say("type"), say("shape"), say("first values")];
  const made = table(say("Outputs of the run"), head, rows, [0, 3]);
  if (!hidden.length) return [made];
  const text = say(
    "Not returned: {names}. The browser runtime returns tensors only, no lists of dictionaries. " +
      'Convert with options={"zipmap": False} to get an array.',
    { names: hidden.slice(0, 5).join(", ") },
  );
  return [made, ...message({ message: text, sections: ["zipmap"] })];
}

/** Times of a run, in words. */
export function timesText({ start, first, second }) {
  return say(
    "One run took {run}; the first one, with its warm-up, {first}; starting the session {start}.",
    { run: milliseconds(second), first: milliseconds(first), start: milliseconds(start) },
  );
}

// Browsers round their clocks, so that small numbers are not exact.
function milliseconds(time) {
  if (time < 0.1) return say("less than {time} ms", { time: number(0.1) });
  return `${number(time, { maximumSignificantDigits: 2, useGrouping: false })} ms`;
}
