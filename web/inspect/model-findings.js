/*
 * What the book warns of, as far as a file shows it.
 *
 * A finding has a title, what it is, why it matters, what to do, and sections to read on. It is a
 * "problem" when a runtime refuses the file, or the answers cannot be right; else a "notice".
 */

import { DOMAINS } from "onnx-schema";

import { later, say, sayCount } from "../shared/messages.js";
import {
  allGraphs,
  byteCount,
  domainName,
  elementCount,
  elementName,
  elementOf,
  graphsOf,
  inputsOf,
  isExternal,
  operatorName,
  readsOf,
  shapeOf,
  typeText,
} from "./model-facts.js";
import { namesText } from "./model-text.js";

// Found by trying; the tests try again.
export const RUNTIMES = [
  {
    name: "onnxruntime-web 1.30",
    reads: later("{name}, which this page runs, reads up to {version}."),
    knows: later("{name}, which this page runs, knows up to {version}."),
    irVersion: 13,
    opsets: { "ai.onnx": 26, "ai.onnx.ml": 5 },
  },
  {
    name: "onnxruntime 1.32",
    reads: later("{name}, which the book runs, reads up to {version}."),
    knows: later("{name}, which the book runs, knows up to {version}."),
    irVersion: 14,
    opsets: { "ai.onnx": 28, "ai.onnx.ml": 5 },
  },
];

/**
 * Look for the pitfalls of the book.
 *
 * @param {object} model A decoded ModelProto.
 * @param {boolean} hasLists Whether the elements of lists were decoded.
 * @returns {{id: string, level: "problem" | "notice", title: string, what: string, why: string,
 *   fix: string, sections: string[]}[]} Problems first.
 */
export function findPitfalls(model, hasLists) {
  const { graph } = model;
  const graphs = [...allGraphs(graph)];
  const inputs = inputsOf(graph);
  const captured = inputs.filter((value) => isCaptured(value.name));
  const chosen = inputs.filter((value) => !isCaptured(value.name));
  const findings = [
    newerIrVersion(model),
    ...newerOpsets(model),
    ...otherDomains(model, graphs),
    compiledPrograms(model, graphs),
    ...externalData(graphs),
    capturedConstants(captured),
    namesFromNowhere(graph),
    namesDefinedTwice(graph),
    cycle(graph),
    wrongArrays(graphs, hasLists),
    negativeDimensions([...inputs, ...graph.output]),
    fixedBatch(chosen),
    missingShapes([...inputs, ...graph.output]),
    doubleInputs(inputs),
    machineMadeNames([...chosen, ...graph.output]),
    zipMap(graphs),
    recurrentLoop(graphs),
  ].filter(Boolean);
  const isProblem = (finding) => finding.level === "problem";
  return [...findings.filter(isProblem), ...findings.filter((finding) => !isProblem(finding))];
}

function newerIrVersion({ irVersion }) {
  const refusing = RUNTIMES.filter((runtime) => irVersion > runtime.irVersion);
  if (!refusing.length) return null;
  return {
    id: "ir-version",
    level: "problem",
    title: say("IR version {version} is newer than the runtime", { version: irVersion }),
    what: refusing
      .map(({ name, reads, irVersion: version }) => say(reads, { name, version }))
      .join(" "),
    why: say("A runtime refuses a newer file format when it loads the file."),
    fix: say(
      "Use a newer runtime, or write the lowest stamp that the opsets allow: model.ir_version = " +
        "onnx.helper.find_min_ir_version_for(model.opset_import, ignore_unknown=True).",
    ),
    sections: ["ir"],
  };
}

function newerOpsets(model) {
  return model.opsetImport.map((entry) => {
    const domain = domainName(entry.domain);
    const refusing = RUNTIMES.filter(({ opsets }) => entry.version > opsets[domain]);
    if (!refusing.length) return null;
    return {
      id: "opset",
      level: "problem",
      title: say("Opset {version} of {domain} is newer than the runtime", {
        version: entry.version,
        domain,
      }),
      what: refusing
        .map(({ name, knows, opsets }) => say(knows, { name, version: opsets[domain] }))
        .join(" "),
      why: say("A runtime refuses operators of a version that it does not know."),
      fix: say(
        "Convert again with a target (opset_version=17 for keras.Model.export, " +
          'target_opset={"": 18, "ai.onnx.ml": 3} for to_onnx), or convert the file down with ' +
          "onnx.version_converter. Do not edit the number: it is part of what operators mean.",
      ),
      sections: ["opset"],
    };
  });
}

function otherDomains(model, graphs) {
  const defined = new Set(model.functions.map((each) => `${each.domain}.${each.name}`));
  const foreign = new Map();
  for (const graph of graphs) {
    for (const node of graph.node) {
      const domain = domainName(node.domain);
      if (DOMAINS.includes(domain) || defined.has(`${domain}.${node.opType}`)) continue;
      if (isCompiled(node)) continue;
      foreign.set(domain, (foreign.get(domain) ?? new Set()).add(operatorName(node)));
    }
  }
  const microsoft = foreign.get("com.microsoft");
  foreign.delete("com.microsoft");
  return [
    foreign.size && {
      id: "domain",
      level: "problem",
      title: say("Operators that the standard does not have"),
      what: say("The graph uses {names}.", {
        names: namesText([...foreign.values()].flatMap((names) => [...names])),
      }),
      why: say("The file names these operators; it cannot bring the code that computes them."),
      fix: say(
        "Register the library that has them (SessionOptions.register_custom_ops_library), or " +
          "export without them. In this page the model cannot run.",
      ),
      sections: ["operator", "domains"],
    },
    microsoft && {
      id: "microsoft",
      level: "notice",
      title: say("Operators that only ONNX Runtime has"),
      what: say("The graph uses {names}.", { names: namesText([...microsoft]) }),
      why: say(
        "The domain com.microsoft belongs to ONNX Runtime. Other runtimes refuse the file, and " +
          "so do builds of ONNX Runtime that lack the operator.",
      ),
      fix: say(
        "If the file is to run elsewhere, keep the model from before the optimization or " +
          "quantization that put them in.",
      ),
      sections: ["operator", "domains"],
    },
  ].filter(Boolean);
}

/** A function of the file may hide a program, so look into those as well. */
function compiledPrograms(model, graphs) {
  const bodies = model.functions.flatMap((each) => [...allGraphs(each)]);
  const nodes = [...graphs, ...bodies].flatMap((graph) => graph.node.filter(isCompiled));
  if (!nodes.length) return null;
  const count = sayCount("{count} node", "{count} nodes", nodes.length);
  return {
    id: "compiled",
    level: "problem",
    title: say("A program that was compiled for one device"),
    what: say("Each EPContext holds one, or names its file. There: {nodes}.", { nodes: count }),
    why: say(
      "ONNX Runtime hands the program to that device, such as an NPU, which executes it. " +
        "Without the device it refuses the file.",
    ),
    fix: say("Ask for the model from before it was compiled. Refuse a program from a stranger."),
    sections: ["program"],
  };
}

function isCompiled(node) {
  return operatorName(node) === "com.microsoft.EPContext";
}

function externalData(graphs) {
  const tensors = graphs.flatMap((graph) => graph.initializer).filter(isExternal);
  if (!tensors.length) return [];
  const arrays = sayCount("{count} array", "{count} arrays", tensors.length);
  const entries = tensors.flatMap((tensor) => tensor.externalData);
  const places = entries.filter(({ key }) => key === "location").map(({ value }) => value);
  const files = [...new Set(places)];
  const names = files.length ? namesText(files) : say("a file that is not named");
  const outside = files.filter((file) => /^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)/.test(file));
  return [
    outside.length && {
      id: "outside",
      level: "problem",
      title: say("The file wants to read outside of its folder"),
      what: say("Weights are said to be in {files}.", { files: namesText(outside) }),
      why: say(
        "That is how a file gets at data of the machine that loads it. Up-to-date tools refuse.",
      ),
      fix: say(
        "Do not load it with old versions (onnx before 1.21, ONNX Runtime before 1.24). Ask " +
          "where it comes from. This page reads no other file.",
      ),
      sections: ["externalPath"],
    },
    {
      id: "external",
      level: "problem",
      title: say("Weights are in another file"),
      what: say("{arrays} of this model: not in the file, but in {files}.", {
        arrays,
        files: names,
      }),
      why: say(
        "Without that file beside it, the model does not load. This page sees only one file.",
      ),
      fix: say(
        "Ship both files together. Below 2 GB, write them as one: " +
          'onnx.save(onnx.load(path), "whole.onnx"), and drop that one here.',
      ),
      sections: ["external"],
    },
  ].filter(Boolean);
}

// Keras refuses input names with a slash, so a name like layer/Sub/y:0 is a tensor's, not yours.
function isCaptured(name) {
  return /\/.*:\d+$/.test(name);
}

function capturedConstants(inputs) {
  if (!inputs.length) return null;
  const text =
    inputs.length === 1
      ? later("Nobody chose the input {names}.")
      : later("Nobody chose the inputs {names}.");
  return {
    id: "captured",
    level: "problem",
    title: say("Constants of the model became inputs"),
    what: say(text, { names: namesOf(inputs) }),
    why: say(
      "A layer kept numbers outside of the traced function, as Normalization of Keras does, and " +
        "the converter took them for inputs. Callers cannot know what to feed.",
    ),
    fix: say(
      "Use Rescaling in place of Normalization, or convert with tf2onnx.convert.from_keras.",
    ),
    sections: ["captured"],
  };
}

function namesFromNowhere(graph) {
  const missing = new Set();
  collectMissing(graph, [], missing);
  if (!missing.size) return null;
  return {
    id: "missing",
    level: "problem",
    title: say("The graph reads values that nothing defines"),
    what: say("No input, array or node gives {names}.", { names: namesText([...missing]) }),
    why: say("Every runtime refuses such a graph."),
    fix: say("Repair the script that cut or joined the graph, and check after each edit."),
    sections: ["broken"],
  };
}

function collectMissing(graph, outerScopes, missing) {
  const scopes = [...outerScopes, new Set(definedNames(graph))];
  const check = (name) => {
    if (name && !scopes.some((scope) => scope.has(name))) missing.add(name);
  };
  for (const node of graph.node) {
    node.input.forEach(check);
    for (const attribute of node.attribute) {
      for (const inner of graphsOf(attribute)) collectMissing(inner, scopes, missing);
    }
  }
  graph.output.forEach((value) => check(value.name));
}

function* definedNames(graph) {
  for (const value of graph.input) yield value.name;
  for (const tensor of graph.initializer) yield tensor.name;
  for (const tensor of graph.sparseInitializer) yield tensor.values?.name;
  for (const node of graph.node) yield* node.output;
}

function namesDefinedTwice(graph) {
  const seen = new Set(inputsOf(graph).map((value) => value.name));
  const twice = new Set();
  for (const node of graph.node) {
    for (const name of node.output) {
      if (name && seen.has(name)) twice.add(name);
      seen.add(name);
    }
  }
  if (!twice.size) return null;
  return {
    id: "twice",
    level: "problem",
    title: say("Values are defined twice"),
    what: say("More than one node or input gives {names}.", { names: namesText([...twice]) }),
    why: say("Each value of a graph has one source; every runtime refuses the file."),
    fix: say("Repair the script that cut or joined the graph, and check after each edit."),
    sections: ["broken"],
  };
}

/** Take away nodes that wait for nothing, again and again: what is left waits for itself. */
function cycle(graph) {
  const source = new Map();
  graph.node.forEach((node, i) => node.output.forEach((name) => source.set(name, i)));
  const readers = graph.node.map(() => []);
  const waiting = graph.node.map(() => 0);
  graph.node.forEach((node, i) => {
    for (const name of readsOf(node)) {
      if (!source.has(name)) continue;
      readers[source.get(name)].push(i);
      waiting[i] += 1;
    }
  });
  const free = [...waiting.keys()].filter((i) => waiting[i] === 0);
  for (const i of free) {
    for (const reader of readers[i]) {
      waiting[reader] -= 1;
      if (waiting[reader] === 0) free.push(reader);
    }
  }
  const stuck = graph.node.filter((_, i) => waiting[i] > 0);
  if (!stuck.length) return null;
  const nodes = sayCount("{count} node", "{count} nodes", stuck.length);
  return {
    id: "cycle",
    level: "problem",
    title: say("The graph runs in a circle"),
    what: say("{nodes} wait for their own result: {operators}.", {
      nodes,
      operators: operatorsOf(stuck),
    }),
    why: say("A graph has no order of computation then, and every runtime refuses it."),
    fix: say("Repair the script that made the graph. A repetition is the operator Loop or Scan."),
    sections: ["broken"],
  };
}

function wrongArrays(graphs, hasLists) {
  const tensors = graphs.flatMap((graph) => graph.initializer);
  const wrong = tensors.filter((tensor) => !isExternal(tensor) && !fits(tensor, hasLists));
  if (!wrong.length) return null;
  return {
    id: "array",
    level: "problem",
    title: say("Arrays do not fit their shape"),
    what: say("The stored data and the dimensions disagree for {names}.", {
      names: namesOf(wrong),
    }),
    why: say("A runtime refuses the file, and an old one may read where it should not."),
    fix: say("Export the model again; do not patch the dimensions."),
    sections: ["broken"],
  };
}

function fits(tensor, hasLists) {
  if (tensor.dims.some((dim) => dim < 0n)) return false;
  if (tensor.rawData.length) return tensor.rawData.length === byteCount(tensor);
  if (!hasLists) return true;
  const list = {
    float32: tensor.floatData,
    float64: tensor.doubleData,
    int64: tensor.int64Data,
    int32: tensor.int32Data,
    string: tensor.stringData,
  }[elementName(tensor.dataType)];
  return !list || list.length === elementCount(tensor);
}

function negativeDimensions(values) {
  const wrong = values.filter(({ type }) => shapeOf(type)?.some((dim) => dim < 0n));
  if (!wrong.length) return null;
  return {
    id: "negative",
    level: "problem",
    title: say("Dimensions below zero"),
    what: say("A size below zero is declared for {names}.", { names: namesOf(wrong) }),
    why: say(
      "The standard has no such size. Some tools write -1 for any size; runtimes differ in it.",
    ),
    fix: say("Give the dimension a name in place of the number (dim_param), such as batch."),
    sections: ["names", "broken"],
  };
}

function fixedBatch(inputs) {
  const fixed = inputs.filter(({ type }) => typeof shapeOf(type)?.[0] === "bigint");
  if (!fixed.length) return null;
  const sizes = [...new Set(fixed.map(({ type }) => shapeOf(type)[0]))].slice(0, 5);
  const or = say(" or ");
  return {
    id: "batch",
    level: "notice",
    title: say("The first dimension is fixed"),
    what: say("The file wants exactly {sizes} there, for {names}.", {
      sizes: sizes.join(or),
      names: namesOf(fixed),
    }),
    why: say("If that is the batch, every other number of rows is refused."),
    fix: say("Export with None as the batch dimension, in Keras and in scikit-learn."),
    sections: ["batch"],
  };
}

function missingShapes(values) {
  const open = values.filter(({ type }) => elementOf(type) !== null && shapeOf(type) === null);
  if (!open.length) return null;
  return {
    id: "shape",
    level: "notice",
    title: say("The file does not say a shape"),
    what: say("Not even the number of dimensions is known for {names}.", { names: namesOf(open) }),
    why: say(
      "A runtime cannot refuse a wrong input at the door: the error comes from an operator " +
        "inside, with a name that you do not know.",
    ),
    fix: say("Write the known dimensions into the interface, and names for the others."),
    sections: ["shape"],
  };
}

function doubleInputs(inputs) {
  const double = inputs.filter(({ type }) => elementName(elementOf(type)) === "float64");
  if (!double.length) return null;
  return {
    id: "double",
    level: "notice",
    title: say("An input is double"),
    what: say("The type of {names} is tensor(double), float64 in NumPy.", {
      names: namesOf(double),
    }),
    why: say(
      "The runtime does not convert float32 for you, doubles take twice the memory, and many " +
        "operators have no implementation for them.",
    ),
    fix: say(
      "Convert from a row of float32 (rows.astype(numpy.float32)), if you need no more digits.",
    ),
    sections: ["double"],
  };
}

function machineMadeNames(values) {
  const made = values.filter(({ name }) => name.includes(":"));
  if (!made.length) return null;
  const text =
    made.length === 1
      ? later("{names} is named after a tensor.")
      : later("{names} are named after a tensor.");
  return {
    id: "names",
    level: "notice",
    title: say("Names that a converter made up"),
    what: say(text, { names: namesOf(made) }),
    why: say(
      "Callers depend on the name, it says nothing, and the next export may choose another.",
    ),
    fix: say("Wrap the model so that its output is a dict: the keys become the names."),
    sections: ["names"],
  };
}

function zipMap(graphs) {
  const nodes = graphs.flatMap((graph) => graph.node);
  const found = nodes.some((node) => operatorName(node) === "ai.onnx.ml.ZipMap");
  const maps = graphs[0].output.filter(({ type }) => typeText(type).includes("map("));
  if (!found && !maps.length) return null;
  const what = maps.length
    ? say("A list with one dictionary per row comes out of {names}.", { names: namesOf(maps) })
    : say("A list with one dictionary per row comes out.");
  return {
    id: "zipmap",
    level: "notice",
    title: say("Probabilities come as dictionaries (ZipMap)"),
    what,
    why: say(
      "max() of a dictionary is the largest key, the rows are slow to make, and runtimes outside " +
        "of Python, as in this page, cannot return them.",
    ),
    fix: say('Convert with options={"zipmap": False}: one array, in the order of classes_.'),
    sections: ["dict", "zipmap"],
  };
}

function recurrentLoop(graphs) {
  const loops = graphs.flatMap((graph) => graph.node.filter(isRecurrent));
  if (!loops.length) return null;
  return {
    id: "loop",
    level: "notice",
    title: say("A Loop in place of a recurrent operator"),
    what: sayCount(
      "{count} Loop with matrix products and gates inside.",
      "{count} Loops with matrix products and gates inside.",
      loops.length,
    ),
    why: say(
      "It looks like an LSTM, GRU or RNN layer that the converter did not recognize. The answers " +
        "are right; each step costs far more than in the one operator.",
    ),
    fix: say("Leave the batch open, leave out masks, and prefer LSTM to GRU; then convert again."),
    sections: ["loop", "loopReason"],
  };
}

function isRecurrent(node) {
  if (operatorName(node) !== "Loop") return false;
  const bodies = node.attribute.flatMap(graphsOf).flatMap((graph) => [...allGraphs(graph)]);
  const names = new Set(bodies.flatMap((graph) => graph.node.map((inner) => inner.opType)));
  const multiplies = names.has("MatMul") || names.has("Gemm");
  return multiplies && (names.has("Tanh") || names.has("Sigmoid"));
}

function namesOf(values) {
  return namesText(values.map(({ name }) => name));
}

function operatorsOf(nodes) {
  return namesText([...new Set(nodes.map(operatorName))]);
}
