/*
 * Tables, lists and messages of the inspector. All text goes in as text, never as HTML.
 */

import { SECTIONS } from "site-links";

import { bytesText, countText, counted } from "./model-text.js";

// Class names stand in full: the build drops the styles of names that it does not find.
const LEVELS = {
  problem: { word: "Problem", className: "inspect-finding inspect-problem" },
  notice: { word: "Notice", className: "inspect-finding inspect-notice" },
};
// What `findPitfalls` in model-findings.js looks for.
const CHECKED =
  "the IR version and the opsets; the names, types and shapes of inputs and outputs; constants " +
  "that became inputs; a fixed batch; ZipMap; Loop in place of an LSTM; operators of other " +
  "domains; weights in other files; and whether names, arrays and shapes in the graph fit together";

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
    return element("a", { href: address, textContent: title });
  });
  const list = links.flatMap((link, i) => (i ? [", ", link] : [link]));
  return [element("p", { className: "inspect-read-on" }, "Read on: ", ...list)];
}

/** What the file says about itself, as a table. */
export function factsTable(facts) {
  const list = facts.opsets.map(({ domain, version }) => `${domain} ${version}`).join(", ");
  const rows = [
    ["File size", bytesText(facts.size)],
    ["IR version", facts.irVersion],
    [facts.opsets.length === 1 ? "Opset" : "Opsets", list],
    ["Producer", facts.producer || "not named"],
    ["Graph", facts.graphName || "not named"],
    ["Nodes", `${countText(facts.nodeCount)}, of ${counted(facts.operatorCount, "kind")}`],
    ["Initializers", initializersText(facts.initializers)],
    ["Functions", facts.functions && `${facts.functions}, operators that the file defines itself`],
    ["Model version", facts.modelVersion],
    ["Description", facts.description],
    ...facts.metadata.map(({ key, value }) => [`Metadata: ${key}`, value || "empty"]),
  ];
  const known = rows.filter(([, value]) => value);
  return table("Facts about the file", [], known, [1]);
}

function initializersText({ count, bytes, external }) {
  if (!count) return "none";
  const inside = `${counted(count, "array")}, ${bytesText(bytes)} in the file`;
  return external ? `${inside}; ${counted(external, "array")} in other files` : inside;
}

/** Inputs and outputs, as a table. */
export function valuesTable({ inputs, outputs }) {
  const row = (kind) => (value) => [kind, value.name, value.type, value.shape, value.numpy];
  const rows = [...inputs.rows.map(row("input")), ...outputs.rows.map(row("output"))];
  const made = table("Inputs and outputs", ["", "name", "type", "shape", "in NumPy"], rows, [1, 3]);
  return [made, ...restNote(inputs, "input"), ...restNote(outputs, "output")];
}

function restNote({ rows, count }, word) {
  if (rows.length === count) return [];
  const text = `The table shows the first ${rows.length} of ${counted(count, word)}.`;
  return [element("p", { className: "inspect-note", textContent: text })];
}

/** What the book warns of, or what was checked where nothing was found. */
export function findingsList(findings) {
  if (!findings.length) {
    return element("p", { textContent: `No warning. Checked: ${CHECKED}.` });
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
      element("span", { className: "inspect-level", textContent: LEVELS[level].word }),
      ` ${title}`,
    ),
    element("p", { textContent: `${what} ${why}` }),
    element("p", {}, element("strong", { textContent: "What to do: " }), fix),
    ...readOn(sections),
  );
  item.dataset.finding = id;
  return item;
}

/** Operators and how often they occur, as a table. */
export function operatorsTable({ operators, operatorCount }) {
  if (!operatorCount) return [element("p", { textContent: "The graph has no nodes." })];
  const rows = operators.map(({ domain, name, count }) => [name, domain, countText(count)]);
  const made = table("Operators", ["operator", "domain", "count"], rows, [0, 1]);
  const notes = restNote({ rows, count: operatorCount }, "operator");
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
  const text = "What converts to these, and what then answers differently: ";
  return [element("p", { className: "inspect-read-on" }, text, ...links)];
}

/** The nodes with what they read and give: what the picture shows, in words. */
export function nodesTable({ nodes, outerNodeCount }) {
  const rows = nodes.map(({ operator, inputs, outputs }, i) => [i + 1, operator, inputs, outputs]);
  const made = table("Nodes", ["", "operator", "reads", "gives"], rows, [1, 2, 3]);
  return [made, ...restNote({ rows, count: outerNodeCount }, "node")];
}

/** What came out of a run, as a table; and which outputs could not be returned. */
export function answerTable({ outputs, hidden }) {
  const rows = outputs.map(({ name, type, shape, values }) => [name, type, shape, values]);
  const head = ["output", "type", "shape", "first values"];
  const made = table("Outputs of the run", head, rows, [0, 3]);
  if (!hidden.length) return [made];
  const text =
    `Not returned: ${hidden.slice(0, 5).join(", ")}. The browser runtime returns tensors only, ` +
    'no lists of dictionaries. Convert with options={"zipmap": False} to get an array.';
  return [made, ...message({ message: text, sections: ["zipmap"] })];
}

/** Times of a run, in words. */
export function timesText({ start, first, second }) {
  return (
    `One run took ${milliseconds(second)}; the first one, with its warm-up, ` +
    `${milliseconds(first)}; starting the session ${milliseconds(start)}.`
  );
}

// Browsers round their clocks, so that small numbers are not exact.
function milliseconds(time) {
  return time < 0.1 ? "less than 0.1 ms" : `${Number(time.toPrecision(2))} ms`;
}
