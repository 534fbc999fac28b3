/*
 * Place the boxes and arrows of a graph. What they look like is decided by inspect-graph.js.
 */

import { Graph, layout } from "@dagrejs/dagre";

import { laterCount, say, sayCount } from "../shared/messages.js";
import {
  elementCount,
  elementName,
  graphsOf,
  inputsOf,
  isExternal,
  operatorName,
  readsOf,
  shapeLine,
  shapeOf,
  typeText,
} from "./model-facts.js";
import { shown } from "./model-text.js";

// More boxes than that cannot be read, and take seconds to place.
export const MAX_NODES = 200;
const MAX_VALUES = 40;
const MAX_EDGES = 600;
const MAX_LINES = 12;
const MAX_LIST = 6;
const MAX_TEXT = 40;
// Measures of the text in pixels; inspect.css sets the font to match.
const LINE_HEIGHT = 17;
const CHARACTER_WIDTH = 7.4;
const PADDING = 10;
const LABEL_TEXT = 24;
// Characters of East Asian scripts are about twice as wide.
const WIDE = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\ud800-\udbff]/g;

/**
 * Place the boxes and arrows of a graph, from the inputs (top) to the outputs (bottom).
 *
 * @param {object} graph A GraphProto.
 * @returns {{width: number, height: number, count: number, boxes: object[], edges: object[],
 *   note: string}} In pixels. A box has `x` and `y` (left, top), `width`, `height`, `kind`
 *   ("value", "weights" or "plain") and `lines` with `x`, `y` (left, baseline) and `text`; an edge
 *   has `points` and perhaps a `label` with `x`, `y` (middle) and `text`. `count` says how many
 *   nodes are drawn. `note` says what is not drawn, and is empty when all is.
 */
export function drawPicture(graph) {
  const parts = partsOf(graph);
  const { boxes, edges } = connect(graph, parts);
  const drawn = edges.slice(0, MAX_EDGES);
  const placed = place(boxes, drawn);
  return { ...placed, count: parts.nodes.length, note: noteOf(graph, parts, edges) };
}

function partsOf(graph) {
  return {
    inputs: inputsOf(graph).slice(0, MAX_VALUES),
    nodes: graph.node.slice(0, MAX_NODES),
    outputs: graph.output.slice(0, MAX_VALUES),
  };
}

function noteOf(graph, { inputs, nodes, outputs }, edges) {
  const limits = [
    [nodes.length, graph.node.length, laterCount("{count} node", "{count} nodes")],
    [inputs.length, inputsOf(graph).length, laterCount("{count} input", "{count} inputs")],
    [outputs.length, graph.output.length, laterCount("{count} output", "{count} outputs")],
    [
      Math.min(edges.length, MAX_EDGES),
      edges.length,
      laterCount("{count} arrow", "{count} arrows"),
    ],
  ];
  const cut = limits.filter(([drawn, all]) => drawn < all);
  if (!cut.length) return "";
  const parts = cut.map(([drawn, all, words]) => {
    return say("the first {drawn} of {all}", { drawn, all: sayCount(...words, all) });
  });
  const and = say(" and ");
  return say("The picture shows {parts}.", { parts: parts.join(and) });
}

function connect(graph, { inputs, nodes, outputs }) {
  const stored = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const inputBoxes = inputs.map(valueBox);
  const nodeBoxes = nodes.map((node) => nodeBox(node, stored));
  const outputBoxes = outputs.map(valueBox);
  const source = new Map(inputs.map((value, i) => [value.name, inputBoxes[i]]));
  nodes.forEach((node, i) => node.output.forEach((name) => source.set(name, nodeBoxes[i])));
  const edges = [];
  const join = (name, to) => {
    if (source.has(name)) edges.push({ from: source.get(name), to, name });
  };
  nodes.forEach((node, i) => new Set(readsOf(node)).forEach((name) => join(name, nodeBoxes[i])));
  outputs.forEach((value, i) => join(value.name, outputBoxes[i]));
  return { boxes: [...inputBoxes, ...nodeBoxes, ...outputBoxes], edges };
}

function valueBox(value) {
  const lines = [cut(value.name), cut(`${typeText(value.type)} ${shapeLine(shapeOf(value.type))}`)];
  return { kind: "value", lines, ...sizeOf(lines) };
}

function nodeBox(node, stored) {
  const tensors = node.input.filter((name) => stored.has(name)).map((name) => stored.get(name));
  const weights = tensors.filter(isWeight);
  const constants = tensors.filter((tensor) => !isWeight(tensor));
  const attributes = node.attribute.slice(0, MAX_LINES);
  const lines = [
    cut(operatorName(node)),
    ...attributes.map((item) => cut(`${item.name} = ${attributeText(item)}`)),
    ...weights.slice(0, MAX_LINES).map(weightsText),
  ];
  if (constants.length) {
    const values = constants.slice(0, MAX_LINES).map(constantText).join(" ");
    lines.push(cut(say("constants {values}", { values })));
  }
  const shownLines = lines.slice(0, MAX_LINES);
  if (lines.length > MAX_LINES) shownLines[MAX_LINES - 1] = "…";
  return { kind: weights.length ? "weights" : "plain", lines: shownLines, ...sizeOf(shownLines) };
}

// Floating-point arrays are learned; numbers and integer arrays steer the operator.
function isWeight(tensor) {
  return elementName(tensor.dataType).includes("float") && tensor.dims.length > 0;
}

function weightsText(tensor) {
  return cut(say("weights {shape}", { shape: shapeLine(tensor.dims) }));
}

function constantText(tensor) {
  const values = isExternal(tensor) || elementCount(tensor) > MAX_LIST ? null : valuesOf(tensor);
  if (!values) return shapeLine(tensor.dims);
  return tensor.dims.length ? listText(values) : String(values[0]);
}

/** The few elements of a small array; null where the type is none that people read. */
function valuesOf(tensor) {
  const name = elementName(tensor.dataType);
  const lists = {
    float32: [tensor.floatData, "getFloat32", 4],
    float64: [tensor.doubleData, "getFloat64", 8],
    int32: [tensor.int32Data, "getInt32", 4],
    int64: [tensor.int64Data, "getBigInt64", 8],
    bool: [tensor.int32Data, "getUint8", 1],
  };
  if (!(name in lists)) return null;
  const [list, getter, size] = lists[name];
  const raw = tensor.rawData;
  const count = elementCount(tensor);
  if (list?.length === count && !raw.length) return list;
  if (raw.length !== count * size) return null;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: count }, (_, i) => view[getter](i * size, true));
}

// Numbers of AttributeProto.type.
const ATTRIBUTE_TEXTS = {
  1: ({ f }) => scalarText(f),
  2: ({ i, name }) => (name === "to" ? elementName(Number(i)) : scalarText(i)),
  3: ({ s }) => scalarText(s),
  4: ({ t }) => `tensor ${shapeLine(t?.dims ?? null)}`,
  5: graphText,
  6: ({ floats }) => listText(floats),
  7: ({ ints }) => listText(ints),
  8: ({ strings }) => listText(strings),
  10: graphText,
};

function attributeText(attribute) {
  return ATTRIBUTE_TEXTS[attribute.type]?.(attribute) ?? "…";
}

function graphText(attribute) {
  const inner = graphsOf(attribute).reduce((sum, graph) => sum + graph.node.length, 0);
  return sayCount("graph of {count} operator", "graph of {count} operators", inner);
}

function listText(list) {
  if (!list) return say("a long list");
  if (list.length > MAX_LIST) return sayCount("[{count} value]", "[{count} values]", list.length);
  return `[${Array.from(list, scalarText).join(", ")}]`;
}

function scalarText(value) {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value.subarray(0, 200));
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}

function cut(text) {
  return shown(text, MAX_TEXT);
}

function textWidth(text) {
  return (text.length + (text.match(WIDE)?.length ?? 0)) * CHARACTER_WIDTH;
}

function sizeOf(lines) {
  return {
    width: Math.max(...lines.map(textWidth)) + 2 * PADDING,
    height: lines.length * LINE_HEIGHT + 2 * PADDING,
  };
}

function place(boxes, edges) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ nodesep: 24, ranksep: 44, edgesep: 16, marginx: PADDING, marginy: PADDING });
  const ids = new Map(boxes.map((box, i) => [box, String(i)]));
  for (const box of boxes) graph.setNode(ids.get(box), { width: box.width, height: box.height });
  edges.forEach(({ from, to }, i) => graph.setEdge(ids.get(from), ids.get(to), {}, String(i)));
  layout(graph);
  const placedBoxes = boxes.map((box) => placeBox(box, graph.node(ids.get(box))));
  const placedEdges = edges.map(({ from, to, name }, i) => {
    const { points } = graph.edge(ids.get(from), ids.get(to), String(i));
    return { points, label: labelOf(name, points) };
  });
  const { width, height } = graph.graph();
  const uncrowded = withoutCrowd(placedEdges, placedBoxes, width);
  return { width, height, boxes: placedBoxes, edges: uncrowded };
}

function placeBox({ kind, lines, width, height }, middle) {
  const x = middle.x - width / 2;
  const y = middle.y - height / 2;
  const placeLine = (text, i) => ({
    text,
    x: x + PADDING,
    y: y + PADDING + (i + 0.75) * LINE_HEIGHT,
  });
  return { kind, x, y, width, height, lines: lines.map(placeLine) };
}

function labelOf(name, points) {
  // The end of a long name says more: what comes before names the layers around it.
  const text = name.length > LABEL_TEXT ? `…${shown(name.slice(1 - LABEL_TEXT))}` : shown(name);
  const { x, y } = points[Math.floor(points.length / 2)];
  return { text, x, y, width: textWidth(text), height: LINE_HEIGHT };
}

/** Leave away labels that would cover a box, another label or the border. */
function withoutCrowd(edges, boxes, width) {
  const taken = boxes.map((box) => ({ ...box }));
  return edges.map(({ points, label }) => {
    const area = { ...label, x: label.x - label.width / 2, y: label.y - label.height / 2 };
    const isOut = area.x < 0 || area.x + area.width > width;
    if (isOut || taken.some((other) => overlap(area, other))) return { points };
    taken.push(area);
    return { points, label };
  });
}

function overlap(a, b) {
  return (
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
  );
}
