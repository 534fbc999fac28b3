/*
 * Run a model once, on zeros or on random numbers.
 */

import { later, say } from "../shared/messages.js";
import { elementName, elementOf, inputsOf, shapeLine, shapeOf, typeText } from "./model-facts.js";
import { ModelError } from "./model-read.js";
import { bytesText, shapeText, shown } from "./model-text.js";

// Input that the page makes up at most, over all inputs.
export const MAX_INPUT_BYTES = 64_000_000;
const FIRST_VALUES = 10;
// What goes wrong is thrown as an error; the log would repeat it in the console.
const FATAL = 4;

// Arrays of the element types that onnxruntime-web takes; all of these are zeros when new.
const ARRAYS = {
  bool: Uint8Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
};
// In bits, the float16 numbers from 0.5 to 1 follow each other.
const HALF = 0x3800;
const NUMBERS_FROM_HALF_TO_ONE = 0x400;

/**
 * Make an input for every tensor that the model asks for.
 *
 * @param {object} graph A GraphProto.
 * @param {{isRandom: boolean, sizes: Map<string, number>}} choice What to fill in, and a number
 *   for each symbol of the shapes; symbols that are not named get 1.
 * @returns {{name: string, type: string, dims: number[], data: ArrayLike}[]}
 * @throws {ModelError} When an input is no tensor, has no shape, or is too large.
 */
export function makeInputs(graph, choice) {
  let left = MAX_INPUT_BYTES;
  return inputsOf(graph).map((value) => {
    const type = tensorType(value);
    const dims = dimsOf(value, choice.sizes);
    const count = dims.reduce((product, dim) => product * dim, 1);
    const bytes = count * (ARRAYS[type]?.BYTES_PER_ELEMENT ?? 8);
    left -= bytes;
    if (left < 0) throw tooLarge(value, dims, bytes);
    return { name: value.name, type, dims, data: fill(type, count, choice.isRandom) };
  });
}

function tensorType({ name, type }) {
  const element = elementOf(type);
  const known = element === null ? null : elementName(element);
  if (known in ARRAYS || known === "string") return known;
  throw new ModelError(
    say(
      "The input “{name}” is {type}, and the browser runtime takes no such value. Run the model " +
        "in Python.",
      { name: shown(name), type: typeText(type) },
    ),
  );
}

function dimsOf({ name, type }, sizes) {
  const shape = shapeOf(type);
  if (shape === null) {
    throw new ModelError(
      say(
        "The file does not say the shape of the input “{name}”, so this page cannot make one. " +
          "Run the model in Python on a real row.",
        { name: shown(name) },
      ),
      ["shape"],
    );
  }
  const dims = shape.map((dim) => (typeof dim === "string" ? (sizes.get(dim) ?? 1) : Number(dim)));
  if (dims.some((dim) => dim < 0)) {
    throw new ModelError(
      say(
        "The input “{name}” has the shape {shape}: sizes below zero stand for nothing in ONNX. " +
          "Give such a dimension a name (dim_param).",
        { name: shown(name), shape: shapeLine(shape) },
      ),
      ["names"],
    );
  }
  return dims;
}

function tooLarge({ name }, dims, bytes) {
  return new ModelError(
    say(
      "The input “{name}” has the shape {shape}, which takes {size}. This page makes inputs of " +
        "{most} together. Choose smaller sizes, or run the model in Python.",
      {
        name: shown(name),
        shape: shapeLine(dims),
        size: bytesText(bytes),
        most: bytesText(MAX_INPUT_BYTES),
      },
    ),
  );
}

function fill(type, count, isRandom) {
  if (type === "string") return new Array(count).fill("");
  const data = new ARRAYS[type](count);
  if (!isRandom) return data;
  if (type === "float32" || type === "float64") return data.map(() => Math.random());
  if (type === "float16") {
    return data.map(() => HALF + Math.floor(Math.random() * NUMBERS_FROM_HALF_TO_ONE));
  }
  // An index may be among the integers, so that 0 and 1 are the safest.
  const bit = () => Math.round(Math.random());
  return type.includes("int64") ? data.map(() => BigInt(bit())) : data.map(bit);
}

/**
 * Start a session, run the model twice, and say what came out.
 *
 * @param {object} ort The module of onnxruntime-web.
 * @param {Uint8Array} bytes The file.
 * @param {object[]} inputs From `makeInputs`.
 * @returns {Promise<object>} Times in milliseconds (`start`, `first`, `second`), `outputs` with
 *   name, type, shape and the first values, `hidden` names of outputs that cannot be returned.
 * @throws {ModelError} With what the runtime said.
 */
export async function runModel(ort, bytes, inputs) {
  const clock = stopwatch();
  const options = { logSeverityLevel: FATAL };
  const session = await ort.InferenceSession.create(bytes, options).catch(explain);
  const start = clock();
  try {
    return { start, ...(await runTwice(ort, session, inputs)) };
  } finally {
    // After a failed run this may fail as well, which tells nothing new.
    await session.release().catch(() => {});
  }
}

async function runTwice(ort, session, inputs) {
  const [tensors, others] = split(session.outputMetadata, (output) => output.isTensor);
  const hidden = others.map((output) => shown(output.name));
  if (!tensors.length) throw nothingToReturn(hidden);
  const toTensor = ({ name, type, dims, data }) => [name, new ort.Tensor(type, data, dims)];
  const feeds = Object.fromEntries(inputs.map(toTensor));
  const names = tensors.map((output) => output.name);
  const clock = stopwatch();
  await session.run(feeds, names).catch(explain);
  const first = clock();
  const results = await session.run(feeds, names).catch(explain);
  const second = clock();
  const outputs = names.map((name) => describeOutput(name, results[name]));
  return { first, second, outputs, hidden };
}

function stopwatch() {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
}

function split(list, test) {
  return [list.filter(test), list.filter((item) => !test(item))];
}

function nothingToReturn(hidden) {
  return new ModelError(
    say(
      "The outputs ({names}) are no tensors, and the browser runtime returns only tensors. For a " +
        'scikit-learn classifier, convert with options={"zipmap": False}.',
      { names: hidden.slice(0, 5).join(", ") },
    ),
    ["zipmap"],
  );
}

function describeOutput(name, { type, dims, data }) {
  const first = Array.from(data.slice(0, FIRST_VALUES));
  const isBits = type === "float16" && data instanceof Uint16Array;
  const values = (isBits ? first.map(halfToNumber) : first).map(valueText);
  return {
    name: shown(name),
    type,
    shape: shapeText(dims),
    values: values.join(", ") + (data.length > values.length ? ", …" : "") || say("none"),
  };
}

/**
 * The number that 16 bits stand for, in browsers without Float16Array.
 *
 * @param {number} bits From 0 to 65,535.
 * @returns {number}
 */
export function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 0x400;
  if (exponent === 0) return sign * 2 ** -14 * fraction;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 15) * (1 + fraction);
}

function valueText(value) {
  if (typeof value === "string") return `“${shown(value, 40)}”`;
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
}

// What the runtime says, and what the book says about it. The first hit counts.
const REASONS = [
  {
    pattern: /max supported IR version/,
    reason: later("The browser runtime is older than the file."),
    sections: ["ir"],
  },
  {
    pattern: /Current official support for domain/,
    reason: later("The browser runtime is older than the opset."),
    sections: ["opset"],
  },
  {
    pattern: /not a registered function|No Op registered|Could not find an implementation/,
    reason: later("The browser runtime lacks an operator of this model, at least for this type."),
    sections: ["operator"],
  },
  {
    pattern: /external data|external file|preloaded/i,
    reason: later("Weights are in another file, which this page does not see."),
    sections: ["external"],
  },
  {
    pattern: /Initializer '|TensorProto/,
    reason: later("An array does not fit its shape."),
    sections: ["broken"],
  },
  {
    pattern: /bad_alloc|array length|out of memory|memory access|shape is too large|overflow/i,
    reason: later("The run asks for more memory than a page gets. Run the model in Python."),
    sections: ["smallFile"],
    isFinal: true,
  },
  {
    pattern: /shape|dimension|broadcast/i,
    reason: later("Shapes do not fit, or a number stands where another one is fixed."),
    sections: ["batch", "shape"],
  },
];
const OTHER = {
  reason: later("The browser runtime refuses the model."),
  sections: ["broken"],
  isFinal: true,
};

function explain(error) {
  const said = String(error?.message ?? error);
  const known = REASONS.find(({ pattern }) => pattern.test(said)) ?? OTHER;
  const { reason, sections, isFinal } = known;
  const text = say("{reason} It says: {said}", { reason: say(reason), said: withoutPlaces(said) });
  throw new ModelError(text, sections, isFinal);
}

/** The runtime's words, without codes and the places in its source. */
function withoutPlaces(said) {
  const words = said
    .replace(/^.*?ERROR_MESSAGE: /s, "")
    .replace(/^\/\S+:\d+ [^(]*\([^()]*\)( const)? /, "")
    .replace(/^\[ONNXRuntimeError\] : \d+ : \w+ : /, "")
    .replace(/\s+/g, " ")
    .trim();
  return shown(words, 400);
}
