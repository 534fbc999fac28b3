/*
 * The part of the inspector that a file can keep busy: reading, placing, running.
 *
 * It runs in a worker of its own, so that the page stays responsive and can end it. It answers
 * { task: "read", file, id, spoken } and { task: "run", file, id, spoken, isRandom, sizes } with
 * messages:
 *
 *     { step: "started" | "download" | "running", ... }    what it does now
 *     { facts, findings }, then { picture }                 for "read"
 *     { result }                                            for "run"
 *     { error: { message, sections, isFinal } }             at any time, and nothing after it
 *
 * `id` is a number for each file that was chosen, `spoken` what the page speaks (see messages.js).
 * After an error that is final, the memory of the worker may be in disorder.
 */

import { DESCRIPTOR } from "onnx-schema";

import { say, speak } from "../shared/messages.js";
import { describeModel, symbolsOf } from "./model-facts.js";
import { findPitfalls } from "./model-findings.js";
import { drawPicture } from "./model-picture.js";
import { ModelError, modelTypes, readModel } from "./model-read.js";
import { makeInputs, runModel } from "./model-run.js";

const tasks = { read, run };
const types = modelTypes(DESCRIPTOR);
let content = null;

/** Bytes and decoded model of the file; a run after the reading does not read it again. */
async function load({ file, id }) {
  if (content?.id === id) return content;
  content = null;
  const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), unreadable);
  content = { id, bytes, ...readModel(bytes, types) };
  return content;
}

function unreadable() {
  throw new ModelError(
    say(
      "The browser cannot read this. If it is a folder, such as a SavedModel, convert the model " +
        "first. If the file was moved or changed, choose it again.",
    ),
    ["kerasPath"],
  );
}

async function read(question) {
  const { bytes, model, hasLists } = await load(question);
  const facts = describeModel(model, bytes.length, hasLists);
  postMessage({ facts, findings: findPitfalls(model, hasLists) });
  postMessage({ picture: drawPicture(model.graph) });
}

async function run(question) {
  const { isRandom, sizes } = question;
  const { bytes, model } = await load(question);
  const symbols = symbolsOf(model.graph);
  const chosen = new Map(sizes.map((size, i) => [symbols[i], size]));
  const inputs = makeInputs(model.graph, { isRandom, sizes: chosen });
  const { loadRuntime } = await import("../shared/runtime.js").catch(failedDownload);
  const ort = await loadRuntime((progress) => postMessage({ step: "download", ...progress }));
  postMessage({ step: "running" });
  postMessage({ result: await runModel(ort, bytes, inputs) });
}

function failedDownload() {
  throw new ModelError(say("The download failed. Check the connection, and press Run again."));
}

function describeError(error) {
  if (error instanceof ModelError) {
    const { message, sections, isFinal } = error;
    return { message, sections, isFinal };
  }
  const message =
    error instanceof RangeError
      ? say("The file takes more memory or depth than a page gets. Read it in Python.")
      : error.message;
  return { message, sections: [], isFinal: true };
}

addEventListener("message", async ({ data }) => {
  speak(data.spoken);
  postMessage({ step: "started" });
  try {
    await tasks[data.task](data);
  } catch (error) {
    postMessage({ error: describeError(error) });
  }
});
