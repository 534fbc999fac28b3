/*
 * Tensors from JSON and back, for Node and for the browser.
 *
 * A request and an answer are { NAME: { type, dims, data } }, the data flat, row by row. JSON has
 * no NaN, so a missing float is null. A whole number beyond 2 ** 53 is a text of its digits, and an
 * infinite float in an answer is the text "Infinity" or "-Infinity".
 */

/** Run a session on a request; return its answer. `ort` is the module of the runtime. */
export async function answer(ort, session, request) {
  const feeds = {};
  for (const [name, tensor] of Object.entries(request)) {
    if (!session.inputNames.includes(name)) {
      throw new TypeError(`'${name}' is no input; expected ${session.inputNames.join(", ")}`);
    }
    feeds[name] = makeTensor(ort, name, tensor);
  }
  const results = await session.run(feeds);
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, dims, data }]) => [
      name,
      { type, dims, data: Array.from(data, plain) },
    ]),
  );
}

function makeTensor(ort, name, { type, dims, data }) {
  const read = readers[type];
  if (!read) throw new TypeError(`'${name}': expected one of ${Object.keys(readers).join(", ")}`);
  // Some models end the process on an empty batch, in Node as in Python.
  if (!data?.length) throw new TypeError(`'${name}': expected at least one row`);
  const values = data.map((value) => {
    const made = read(value);
    if (made !== undefined) return made;
    const found = value === null ? "null" : `the ${typeof value} ${value}`;
    throw new TypeError(`'${name}': expected values of the type ${type}, got ${found}`);
  });
  return new ort.Tensor(type, values, dims);
}

// Each returns undefined for what its type doesn't hold. Left to itself, JavaScript makes a 0 of
// null and of "", a NaN of "1,5", an infinite float of 1e39, and lets a whole number wrap around.
const readFloat = (hold) => (value) => {
  if (value === null || Number.isNaN(value)) return NaN;
  return typeof value === "number" && Number.isFinite(hold(value)) ? value : undefined;
};
const readWhole = (lowest, highest) => (value) =>
  Number.isInteger(value) && lowest <= value && value <= highest ? value : undefined;
const readers = {
  float32: readFloat(Math.fround),
  float64: readFloat(Number),
  uint8: readWhole(0, 255),
  int32: readWhole(-(2 ** 31), 2 ** 31 - 1),
  int64: (value) => {
    const digits = typeof value === "string" && /^-?\d+$/.test(value);
    if (!digits && !Number.isSafeInteger(value)) return undefined;
    return BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? BigInt(value) : undefined;
  },
  bool: (value) => (typeof value === "boolean" ? value : undefined),
  // The runtime cuts a text where it holds a zero.
  string: (value) => (typeof value === "string" && !value.includes("\0") ? value : undefined),
};

// JSON has no BigInt, no NaN, and nothing infinite.
function plain(value) {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (Number.isNaN(value)) return null;
  return value === Infinity || value === -Infinity ? String(value) : value;
}
