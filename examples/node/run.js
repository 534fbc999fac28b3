// node run.js PACKAGE MODEL < request.json
// PACKAGE is onnxruntime-node, or onnxruntime-web for the runtime of the browser.
import { readFileSync } from "node:fs";
import { answer } from "../browser/score.js";

const [name, model] = process.argv.slice(2);
const ort = await import(name);
const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
const request = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(await answer(ort, session, request)));
