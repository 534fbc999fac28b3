/*
 * Look over the bytes of a model before anything is decoded.
 *
 * A protocol buffer of a few megabytes can decode to gigabytes: two bytes are enough for an empty
 * node. This walk decodes nothing, so it takes no memory; it counts what decoding would create,
 * and finds the place where a file is cut off or damaged.
 */

import { ScalarType } from "@bufbuild/protobuf";

// Readers of protocol buffers stop at this depth, in Python and here.
const MAX_DEPTH = 100;
// Decoded, a record takes about 300 bytes of memory, and often 1,000.
export const MAX_RECORDS = 500_000;
// Lists that are not decoded when they are long; see model-read.js.
export const LONG_LISTS = {
  "onnx.AttributeProto": ["floats", "ints", "strings"],
  "onnx.TensorProto": [
    "float_data",
    "int32_data",
    "string_data",
    "int64_data",
    "double_data",
    "uint64_data",
  ],
};

const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;

const WIRE_TYPES = {
  [ScalarType.FLOAT]: FOUR_BYTES,
  [ScalarType.DOUBLE]: EIGHT_BYTES,
  [ScalarType.STRING]: LENGTH,
  [ScalarType.BYTES]: LENGTH,
};
const SIZES = { [VARINT]: 1, [FOUR_BYTES]: 4, [EIGHT_BYTES]: 8 };

/** The bytes cannot be decoded. `reason` is "cut", "damaged", "nested" or "records". */
export class WireError extends Error {
  /**
   * @param {"cut" | "damaged" | "nested" | "records"} reason
   * @param {number} [missing] For "cut": how many bytes are missing at least.
   */
  constructor(reason, missing = 0) {
    super(reason);
    this.reason = reason;
    this.missing = missing;
  }
}

/**
 * Count what the bytes decode to.
 *
 * @param {Uint8Array} bytes
 * @param {import("@bufbuild/protobuf").DescMessage} type The type of the whole message.
 * @returns {{records: number, values: number}} `values` are the elements of the long lists,
 *   `records` everything else: messages, and the elements of other lists.
 * @throws {WireError} When the bytes are no such message, or decode to too much.
 */
export function countRecords(bytes, type) {
  const plans = new Map();
  const counts = { records: 0, values: 0 };
  let at = 0;

  function readMessage(plan, end, depth) {
    if (depth > MAX_DEPTH) throw new WireError("nested");
    while (at < end) {
      const tag = readVarint(end);
      const field = plan.get(Math.floor(tag / 8));
      const wireType = tag % 8;
      if (tag < 8) throw new WireError("damaged");
      if (field) readField(field, wireType, end, depth);
      else skip(wireType, end);
    }
  }

  function readField(field, wireType, end, depth) {
    const isPacked = field.isList && wireType === LENGTH && field.wireType !== LENGTH;
    if (wireType !== field.wireType && !isPacked) throw new WireError("damaged");
    if (field.message) {
      count(field, 1);
      readMessage(planOf(field.message), readEnd(end), depth + 1);
    } else if (isPacked) {
      const start = at;
      skip(LENGTH, end);
      count(field, Math.floor((at - start) / SIZES[field.wireType]));
    } else {
      if (field.isList) count(field, 1);
      skip(wireType, end);
    }
  }

  function count(field, number) {
    counts[field.isLong ? "values" : "records"] += number;
    if (counts.records > MAX_RECORDS) throw new WireError("records");
  }

  function skip(wireType, end) {
    if (wireType === VARINT) readVarint(end);
    else if (wireType === LENGTH) at = readEnd(end);
    else if (wireType === FOUR_BYTES) advance(4, end);
    else if (wireType === EIGHT_BYTES) advance(8, end);
    else throw new WireError("damaged");
  }

  function readEnd(end) {
    const length = readVarint(end);
    const start = at;
    advance(length, end);
    at = start;
    return start + length;
  }

  function advance(length, end) {
    at += length;
    if (at > bytes.length) throw new WireError("cut", at - bytes.length);
    if (at > end) throw new WireError("damaged");
  }

  function readVarint(end) {
    // Most are a single byte, and a large file has tens of millions.
    if (at < end && bytes[at] < 0x80) return bytes[at++];
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      advance(1, end);
      const byte = bytes[at - 1];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireError("damaged");
  }

  function planOf(message) {
    if (!plans.has(message)) plans.set(message, planFields(message));
    return plans.get(message);
  }

  readMessage(planOf(type), bytes.length, 1);
  return counts;
}

function planFields(message) {
  const long = LONG_LISTS[message.typeName] ?? [];
  return new Map(
    message.fields.map((field) => [
      field.number,
      {
        message: field.message,
        isList: field.fieldKind === "list",
        isLong: long.includes(field.name),
        wireType: field.message ? LENGTH : (WIRE_TYPES[field.scalar] ?? VARINT),
      },
    ]),
  );
}
