/*
 * A form for a model with one input per column: model.onnx, and classes.json with its classes
 * in their order. Nothing that is typed here leaves the page.
 */
import * as ort from "./ort.wasm.bundle.min.mjs";
import { answer } from "./score.js";

const form = document.querySelector("form");
const status = document.querySelector("[role=status]");
const isText = (type) => type === "string";

async function load() {
  ort.env.wasm.numThreads = 1; // more would need two headers that few hosts send
  const classes = await (await fetch("classes.json")).json();
  const session = await ort.InferenceSession.create("model.onnx");
  form.replaceChildren(...session.inputMetadata.map(makeField), makeButton());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guard(() => show(session, classes));
  });
  status.textContent = "Ready";
}

function makeField({ name, type }) {
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.name = name;
  field.type = isText(type) ? "text" : "number";
  field.step = type === "int64" ? 1 : "any";
  field.required = !type.startsWith("float"); // an empty one is a missing value
  label.append(name, field);
  return label;
}

function makeButton() {
  const button = document.createElement("button");
  button.textContent = "Predict";
  return button;
}

async function show(session, classes) {
  const request = {};
  for (const { name, type } of session.inputMetadata) {
    const { value } = form.elements.namedItem(name);
    const number = value === "" ? null : Number(value);
    request[name] = { type, dims: [1, 1], data: [isText(type) ? value : number] };
  }
  const { probabilities } = await answer(ort, session, request);
  status.textContent = probabilities.data
    .map((share, place) => `${classes[place]}: ${share.toFixed(4)}`)
    .join(", ");
}

async function guard(task) {
  try {
    await task();
  } catch (error) {
    status.textContent = error.message;
  }
}

guard(load);
