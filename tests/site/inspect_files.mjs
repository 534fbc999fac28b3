/*
 * Read model files as the inspector does. The question is a JSON file:
 *
 *     { paths, run, bits }   files to read; a file to make inputs for; numbers of 16 bits
 */

import { readFileSync } from "node:fs";

import * as limits from "../../web/inspect/inspect-limits.js";
import { describeModel } from "../../web/inspect/model-facts.js";
import { findPitfalls, RUNTIMES } from "../../web/inspect/model-findings.js";
import { drawPicture, MAX_NODES } from "../../web/inspect/model-picture.js";
import { ModelError, modelTypes, readModel } from "../../web/inspect/model-read.js";
import { halfToNumber, makeInputs, MAX_INPUT_BYTES } from "../../web/inspect/model-run.js";
import { MAX_RECORDS } from "../../web/inspect/model-wire.js";
import { DESCRIPTOR } from "onnx-schema";
import { SECTIONS } from "site-links";

const { paths = [], run, bits = [] } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const types = modelTypes(DESCRIPTOR);

function answer(path) {
  const start = performance.now();
  try {
    const bytes = new Uint8Array(readFileSync(path));
    const { model, hasLists } = readModel(bytes, types);
    const facts = describeModel(model, bytes.length, hasLists);
    const findings = findPitfalls(model, hasLists);
    const read = performance.now() - start;
    return { facts, findings, picture: drawPicture(model.graph), read };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { error: error.message, sections: error.sections, read: performance.now() - start };
  }
}

function inputs(path, isRandom) {
  const { graph } = readModel(new Uint8Array(readFileSync(path)), types).model;
  const kinds = { float16: halfToNumber, string: String };
  const plain = ({ type, dims, data }) => [dims, Array.from(data, kinds[type] ?? Number)];
  return makeInputs(graph, { isRandom, sizes: new Map([["N", 2]]) }).map(plain);
}

const told = {
  answers: paths.map(answer),
  halves: bits.map((each) => String(halfToNumber(each))),
  inputs: run && [inputs(run, false), inputs(run, true)],
  limits: { ...limits, MAX_INPUT_BYTES, MAX_NODES, MAX_RECORDS },
  runtimes: RUNTIMES,
  sections: SECTIONS,
};
console.log(JSON.stringify(told));
