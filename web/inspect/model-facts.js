/*
 * What a model says about itself: versions, inputs, outputs, weights, operators.
 *
 * Everything here goes to the page, so it is short however large the file is, and no text in it
 * is one that only looks harmless (see `shown`).
 */

import { ELEMENTS } from "onnx-schema";

import { say, sayCount } from "../shared/messages.js";
import { shapeText, shown } from "./model-text.js";

// Rows that a table of the page has at most.
export const MAX_ROWS = 500;
// Symbols for which the page asks for a number; the others are 1.
const MAX_SYMBOLS = 12;

const EXTERNAL = 1;

/** Name of an element type as NumPy has it; "type 99" for a number that `onnx` does not know. */
export function elementName(number) {
  return ELEMENTS[number]?.name ?? `type ${number}`;
}

/** Name of an element type as ONNX Runtime has it: float for float32. */
export function runtimeName(number) {
  return ELEMENTS[number]?.runtime ?? `type ${number}`;
}

/** The model's domain "" is the same as "ai.onnx". */
export function domainName(domain) {
  return domain || "ai.onnx";
}

/** Operator of a node, with its domain unless that is the default one. */
export function operatorName(node) {
  const domain = domainName(node.domain);
  return domain === "ai.onnx" ? node.opType : `${domain}.${node.opType}`;
}

/** Type of a value as ONNX Runtime spells it, such as tensor(float). */
export function typeText(type) {
  const { case: kind, value } = type?.value ?? {};
  if (kind === "tensorType") return `tensor(${runtimeName(value.elemType)})`;
  if (kind === "sparseTensorType") return `sparse_tensor(${runtimeName(value.elemType)})`;
  if (kind === "sequenceType") return `seq(${typeText(value.elemType)})`;
  if (kind === "optionalType") return `optional(${typeText(value.elemType)})`;
  if (kind === "mapType") return `map(${runtimeName(value.keyType)},${typeText(value.valueType)})`;
  return say("unknown");
}

/**
 * Shape of a tensor value.
 *
 * @returns {(bigint | string)[] | null} A number or a symbol for each dimension ("?" without a
 *   name); null when the shape is unknown, or the value is no tensor.
 */
export function shapeOf(type) {
  const { case: kind, value } = type?.value ?? {};
  if (kind !== "tensorType" || !value.shape) return null;
  return value.shape.dim.map((dim) => {
    if (dim.value.case === "dimValue") return dim.value.value;
    return dim.value.value || "?";
  });
}

/** Element type of a tensor value as a number, or null when the value is no tensor. */
export function elementOf(type) {
  return type?.value.case === "tensorType" ? type.value.value.elemType : null;
}

/** Inputs that a caller has to give: those of the file without the stored arrays. */
export function inputsOf(graph) {
  const stored = new Set(graph.initializer.map((tensor) => tensor.name));
  for (const tensor of graph.sparseInitializer) stored.add(tensor.values?.name);
  return graph.input.filter((value) => !stored.has(value.name));
}

/** The graphs that an attribute holds. */
export function graphsOf(attribute) {
  return attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs;
}

/** A graph and the graphs inside of its nodes, the outermost first. */
export function* allGraphs(graph) {
  yield graph;
  for (const node of graph.node) {
    for (const attribute of node.attribute) {
      for (const inner of graphsOf(attribute)) yield* allGraphs(inner);
    }
  }
}

/** Names that a node reads, also from inside of the graphs it holds. */
export function* readsOf(node) {
  for (const name of node.input) if (name) yield name;
  for (const attribute of node.attribute) {
    for (const graph of graphsOf(attribute)) {
      for (const inner of graph.node) yield* readsOf(inner);
      for (const output of graph.output) yield output.name;
    }
  }
}

/** Number of elements of a tensor; not exact above 2 ** 53. */
export function elementCount(tensor) {
  return tensor.dims.reduce((product, dim) => product * Number(dim), 1);
}

/** Bytes that the elements take by their type; null for texts and unknown types. */
export function byteCount(tensor) {
  const bits = ELEMENTS[tensor.dataType]?.bits;
  return bits ? Math.ceil((elementCount(tensor) * bits) / 8) : null;
}

/** Whether the elements of a tensor are in another file. */
export function isExternal(tensor) {
  return tensor.dataLocation === EXTERNAL;
}

/**
 * Symbols of the inputs' shapes, for which a run needs numbers.
 *
 * @param {object} graph A GraphProto.
 * @returns {string[]} In the order of the file; "?" stands for every dimension without a name.
 */
export function symbolsOf(graph) {
  const shapes = inputsOf(graph).map((value) => shapeOf(value.type) ?? []);
  return [...new Set(shapes.flat().filter((dim) => typeof dim === "string"))];
}

/**
 * Gather what the page shows of a model.
 *
 * @param {object} model A decoded ModelProto.
 * @param {number} size Bytes of the file.
 * @param {boolean} hasLists Whether the elements of lists were decoded.
 * @returns {object} Plain data: strings, numbers, and lists of at most MAX_ROWS of them.
 */
export function describeModel(model, size, hasLists) {
  const { graph } = model;
  const graphs = [...allGraphs(graph)];
  const operators = countOperators(graphs);
  return {
    size,
    hasLists,
    irVersion: Number(model.irVersion),
    opsets: describeOpsets(model.opsetImport.slice(0, MAX_ROWS)),
    producer: shown(`${model.producerName} ${model.producerVersion}`.trim()),
    modelVersion: Number(model.modelVersion),
    graphName: shown(graph.name),
    description: shown(model.docString || graph.docString, 300),
    metadata: model.metadataProps.slice(0, MAX_ROWS).map(({ key, value }) => ({
      key: shown(key),
      value: shown(value, 300),
    })),
    functions: model.functions.length,
    inputs: describeValues(inputsOf(graph)),
    outputs: describeValues(graph.output),
    symbols: symbolsOf(graph).slice(0, MAX_SYMBOLS).map((symbol) => shown(symbol, 40)),
    initializers: sumInitializers(graphs),
    nodeCount: graphs.reduce((sum, each) => sum + each.node.length, 0),
    operatorCount: operators.length,
    operators: operators.slice(0, MAX_ROWS),
    nodes: graph.node.slice(0, MAX_ROWS).map(describeNode),
    outerNodeCount: graph.node.length,
  };
}

/** Some converters list a domain twice. */
function describeOpsets(entries) {
  const versions = new Map(entries.map(({ domain, version }) => [domainName(domain), version]));
  return [...versions].map(([domain, version]) => ({
    domain: shown(domain),
    version: Number(version),
  }));
}

function describeValues(values) {
  const rows = values.slice(0, MAX_ROWS).map((value) => {
    const element = elementOf(value.type);
    return {
      name: shown(value.name),
      type: typeText(value.type),
      numpy: element === null ? "" : elementName(element),
      shape: shapeLine(shapeOf(value.type)),
    };
  });
  return { rows, count: values.length };
}

/** A shape in one short line, whatever its rank and its symbols. */
export function shapeLine(shape) {
  const short = shape?.slice(0, 16).map((dim) => shown(String(dim), 40));
  if (shape?.length > 16) {
    const more = shape.length - 16;
    short.push(sayCount("… {count} more dimension", "… {count} more dimensions", more));
  }
  return shapeText(short ?? null);
}

function countOperators(graphs) {
  const counts = new Map();
  for (const graph of graphs) {
    for (const node of graph.node) {
      const key = `${domainName(node.domain)}\n${node.opType}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([key, count]) => {
      const [domain, ...name] = key.split("\n");
      return { domain: shown(domain), name: shown(name.join("\n")), count };
    });
}

function sumInitializers(graphs) {
  const sum = { count: 0, bytes: 0, external: 0 };
  for (const graph of graphs) {
    const sparse = graph.sparseInitializer.flatMap(({ values, indices }) => [values, indices]);
    for (const tensor of [...graph.initializer, ...sparse]) {
      if (!tensor) continue;
      sum.count += 1;
      if (isExternal(tensor)) sum.external += 1;
      else sum.bytes += storedBytes(tensor);
    }
  }
  return sum;
}

function storedBytes(tensor) {
  if (tensor.rawData.length) return tensor.rawData.length;
  return byteCount(tensor) ?? (tensor.stringData ?? []).reduce((sum, text) => sum + text.length, 0);
}

function describeNode(node) {
  const names = (list) => list.slice(0, 8).map((name) => shown(name, 60)).join(", ");
  const more = (list) => {
    const text = sayCount("… {count} more name", "… {count} more names", list.length - 8);
    return list.length > 8 ? ` ${text}` : "";
  };
  return {
    operator: shown(operatorName(node)),
    inputs: names(node.input) + more(node.input),
    outputs: names(node.output) + more(node.output),
  };
}
