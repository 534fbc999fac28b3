/*
 * From the bytes of a file to a decoded model, or to a sentence that says what the file is instead.
 */

import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

import { number, say } from "../shared/messages.js";
import { describeStart } from "./model-kinds.js";
import { bytesText } from "./model-text.js";
import { LONG_LISTS, MAX_RECORDS, WireError, countRecords } from "./model-wire.js";

// Decoded, a million list elements take 10 to 40 MB.
const MAX_VALUES = 2_000_000;

/** A file that cannot be read or run; `message` is for the reader. */
export class ModelError extends Error {
  /**
   * @param {string} message
   * @param {string[]} [sections] Where to read on: keys of links.yml.
   * @param {boolean} [isFinal] Whether it may have left the memory in disorder.
   */
  constructor(message, sections = [], isFinal = false) {
    super(message);
    this.sections = sections;
    this.isFinal = isFinal;
  }
}

/**
 * Make the types of the ONNX format from the schema that the `onnx` package carries.
 *
 * @param {string} descriptor A FileDescriptorProto in base64.
 * @returns {{whole: object, short: object}} Types of ModelProto: with everything, and without
 *   the elements of long lists.
 */
export function modelTypes(descriptor) {
  const bytes = Uint8Array.from(atob(descriptor), (character) => character.charCodeAt(0));
  const decode = () => fromBinary(FileDescriptorProtoSchema, bytes);
  return { whole: modelType(decode()), short: modelType(withoutLongLists(decode())) };
}

function modelType(file) {
  return createFileRegistry(file, () => undefined).getMessage("onnx.ModelProto");
}

function withoutLongLists(file) {
  for (const message of file.messageType) {
    const long = LONG_LISTS[`onnx.${message.name}`] ?? [];
    message.field = message.field.filter((field) => !long.includes(field.name));
  }
  return file;
}

/**
 * Decode a model.
 *
 * @param {Uint8Array} bytes The whole file.
 * @param {{whole: object, short: object}} types From `modelTypes`.
 * @returns {{model: object, hasLists: boolean}} The ModelProto; `hasLists` is false when the
 *   lists in it are so long that their elements were left out.
 * @throws {ModelError} When the bytes are not a whole model, or decode to too much.
 */
export function readModel(bytes, types) {
  if (bytes.length === 0) {
    const text = say("The file is empty (0 bytes). Export or download it again.");
    throw new ModelError(text, ["notModel"]);
  }
  const { values } = countOrExplain(bytes, types.whole);
  const hasLists = values <= MAX_VALUES;
  const type = hasLists ? types.whole : types.short;
  const model = fromBinary(type, bytes, { readUnknownFields: false });
  const missing = missingParts(model);
  if (missing.length) throw notWhole(bytes, missing);
  return { model, hasLists };
}

function countOrExplain(bytes, type) {
  try {
    return countRecords(bytes, type);
  } catch (error) {
    throw error instanceof WireError ? explain(error, bytes) : error;
  }
}

function explain(error, bytes) {
  if (error.reason === "nested") {
    return new ModelError(
      say(
        "The records of this file are nested more than 100 levels deep, where every reader of " +
          "ONNX files stops. No converter writes such a file: find out where it comes from.",
      ),
      ["smallFile"],
    );
  }
  if (error.reason === "records") {
    return new ModelError(
      say(
        "This file holds more than {most} records (nodes, attributes, names), which can take all " +
          "the memory of a browser. If you trust it, read it in Python: helpers.describe(path).",
        { most: number(MAX_RECORDS) },
      ),
      ["smallFile"],
    );
  }
  return otherKind(bytes) ?? broken(error, bytes);
}

function otherKind(bytes) {
  const kind = describeStart(bytes);
  if (!kind) return null;
  const { what, advice, sections } = kind;
  const text = say("Not an ONNX file: it begins like {what}. {advice}", { what, advice });
  return new ModelError(text, sections);
}

function broken(error, bytes) {
  if (error.reason === "cut") {
    return new ModelError(
      say(
        "Not a whole ONNX file. If it is one, it was cut off: of what it announces, at least " +
          "{missing} are missing. Compare its size ({size}) with the original, then export or " +
          "download it again.",
        { missing: bytesText(error.missing), size: bytesText(bytes.length) },
      ),
      ["notModel"],
    );
  }
  return new ModelError(
    say(
      "Not an ONNX file: its bytes are not those of a model. Either it is another format, or it " +
        "was damaged: compare its checksum with the original, then export or download it again.",
    ),
    ["notModel"],
  );
}

function missingParts(model) {
  const parts = [
    [say("IR version"), model.irVersion > 0n],
    [say("opset"), model.opsetImport.length > 0],
    [say("graph output"), model.graph?.output.length > 0],
  ];
  return parts.filter(([, isThere]) => !isThere).map(([name]) => name);
}

function notWhole(bytes, missing) {
  const and = say(" and no ");
  return (
    otherKind(bytes) ??
    new ModelError(
      say(
        "Not a whole ONNX model: it has no {parts}. The bytes are a protocol buffer, but perhaps " +
          "of another kind, such as saved_model.pb of TensorFlow. Export or download the model " +
          "again.",
        { parts: missing.join(and) },
      ),
      ["notModel"],
    )
  );
}
