/*
 * The live model: draw a digit, and the model that the Keras chapter exports reads it.
 *
 * `draw.html` is the page's part of it. Nothing is loaded before the reader presses Start: the
 * runtime, the model and the test digits are some megabytes.
 */

import { later, number, say } from "../shared/messages.js";
import { FIELD, scaleToOne, toField } from "./prepare.js";

const SIZE = 280;
const PEN_WIDTH = 24;
const PEN_STEP = 10;
const PEN_MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MEASURED_MS = 20;

const figure = document.querySelector(".draw");
const part = (name) => figure.querySelector(`.draw-${name}`);
const area = part("area");
const canvas = part("canvas");
const board = canvas.getContext("2d", { willReadFrequently: true });
const skipsDivision = part("skip");

let ort;
let session;
let testDigits;
let nextTestDigit = 0;
// The test digit on the board, or null when what is there was drawn.
let testDigit = null;
// What the page says about the board: { digit, probability }, or null while it is blank.
let answer = null;

// ---- Start ---------------------------------------------------------------------------------

async function start() {
  if (figure.dataset.state === "loading") return;
  figure.dataset.state = "loading";
  tell(say("Loading ONNX Runtime."));
  try {
    await load();
  } catch (error) {
    figure.dataset.state = "ready";
    showProblem(error.message);
    return;
  }
  figure.dataset.state = "running";
  skipsDivision.disabled = false;
  clear();
  // The button is gone; whoever has moved on meanwhile stays there.
  const focused = document.activeElement;
  if (focused === part("start") || focused === document.body) area.focus({ preventScroll: true });
  tell(say("ONNX Runtime is ready. Draw a digit."));
}

async function load() {
  const { loadRuntime } = await import("../shared/runtime.js").catch(failedDownload);
  const [runtime, model, digits] = await Promise.all([
    loadRuntime(showProgress),
    download("digits.onnx").then((response) => response.arrayBuffer()).catch(failedDownload),
    download("digits.json").then((response) => response.json()).catch(failedDownload),
  ]);
  part("loaded").textContent = say("Starting the model");
  ort = runtime;
  session = await ort.InferenceSession.create(new Uint8Array(model)).catch(failedStart);
  testDigits = unpackTestDigits(digits);
}

async function download(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response;
}

function failedDownload(cause) {
  const message = say("The download failed. Check the connection, and press Start again.");
  throw new Error(message, { cause });
}

function failedStart(cause) {
  const message = say("ONNX Runtime did not start ({said}). Reload the page to try again.", {
    said: cause.message,
  });
  throw new Error(message, { cause });
}

function unpackTestDigits({ labels, pixels }) {
  const bytes = Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0));
  const digitSize = FIELD * FIELD;
  return labels.map((label, i) => ({
    label,
    field: bytes.subarray(i * digitSize, (i + 1) * digitSize),
  }));
}

function showProgress({ loaded, total }) {
  const bar = figure.querySelector("progress");
  if (total) {
    bar.max = total;
    bar.value = loaded;
  }
  const megabytes = oneDigit(loaded / 1e6);
  part("loaded").textContent = total
    ? say("{part} of {all} MB", { part: megabytes, all: oneDigit(total / 1e6) })
    : `${megabytes} MB`;
}

// ---- The board: pointers and keys ------------------------------------------------------------

let pointer = null;
let last = null;
const pen = { x: SIZE / 2, y: SIZE / 2, isDown: false };

function startLine(point) {
  if (testDigit) clear();
  figure.classList.remove("draw-blank");
  last = point;
  board.beginPath();
  board.arc(point.x, point.y, PEN_WIDTH / 2, 0, 2 * Math.PI);
  board.fill();
  refresh();
}

function continueLine(point) {
  board.beginPath();
  board.moveTo(last.x, last.y);
  board.lineTo(point.x, point.y);
  board.stroke();
  last = point;
  refresh();
}

function clear() {
  testDigit = null;
  board.clearRect(0, 0, SIZE, SIZE);
  figure.classList.add("draw-blank");
  refresh();
}

function showTestDigit() {
  clear();
  figure.classList.remove("draw-blank");
  testDigit = testDigits[nextTestDigit];
  nextTestDigit = (nextTestDigit + 1) % testDigits.length;
  paintField(part("pixels"), testDigit.field);
  board.imageSmoothingEnabled = false;
  board.drawImage(part("pixels"), 0, 0, SIZE, SIZE);
  finish();
}

function pointOf(event) {
  const box = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) * SIZE) / box.width,
    y: ((event.clientY - box.top) * SIZE) / box.height,
  };
}

function onPointerDown(event) {
  if (event.button !== 0 || pointer !== null) return;
  raisePen();
  pointer = event.pointerId;
  area.setPointerCapture(pointer);
  startLine(pointOf(event));
}

function onPointerMove(event) {
  if (event.pointerId !== pointer) return;
  // A browser reports once per frame; where it kept the points in between, the line is smoother.
  const between = event.getCoalescedEvents?.() ?? [];
  for (const point of between.length ? between : [event]) continueLine(pointOf(point));
}

function onPointerEnd(event) {
  if (event.pointerId !== pointer) return;
  pointer = null;
  finish();
}

function onKeyDown(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in PEN_MOVES) movePen(PEN_MOVES[event.key]);
  else if (event.key === " ") togglePen();
  else if (event.key === "Delete" || event.key === "Backspace") clearAndSay();
  else return;
  event.preventDefault();
}

function movePen([right, down]) {
  const limit = (value) => Math.min(Math.max(value, 0), SIZE);
  pen.x = limit(pen.x + right * PEN_STEP);
  pen.y = limit(pen.y + down * PEN_STEP);
  if (pen.isDown) continueLine({ x: pen.x, y: pen.y });
  showPen();
}

function togglePen() {
  if (pen.isDown) return raisePen();
  pen.isDown = true;
  startLine({ x: pen.x, y: pen.y });
  showPen();
}

function raisePen() {
  if (!pen.isDown) return;
  pen.isDown = false;
  showPen();
  finish();
}

function showPen() {
  const marker = part("pen");
  marker.style.left = `${(100 * pen.x) / SIZE}%`;
  marker.style.top = `${(100 * pen.y) / SIZE}%`;
  marker.classList.toggle("draw-pen-down", pen.isDown);
}

function clearAndSay() {
  pen.isDown = false;
  showPen();
  clear();
  tell(say("Cleared."));
}

// ---- Ask the model -----------------------------------------------------------------------------

// A session runs one input at a time, so everything that runs it waits for its turn.
let turns = Promise.resolve();
let isRefreshDue = false;

function inTurn(job) {
  turns = turns.then(job).catch(({ message }) => {
    showProblem(say("The model failed: {said}", { said: message }));
  });
}

/** Answer for what is on the board, once per frame at most. */
function refresh() {
  if (isRefreshDue) return;
  isRefreshDue = true;
  inTurn(async () => {
    await new Promise(requestAnimationFrame);
    isRefreshDue = false;
    await readBoard();
  });
}

/** After a stroke: answer, say the answer, and measure the time of a run. */
function finish() {
  refresh();
  inTurn(sayAnswer);
  inTurn(measure);
}

function fieldOnBoard() {
  if (testDigit) return testDigit.field;
  const { data } = board.getImageData(0, 0, SIZE, SIZE);
  const ink = new Uint8Array(SIZE * SIZE);
  // The ink is black and opaque, the rest transparent: every fourth byte is the ink.
  for (let i = 0; i < ink.length; i += 1) ink[i] = data[4 * i + 3];
  return toField({ values: ink, height: SIZE, width: SIZE });
}

function inputOf(field) {
  const values = skipsDivision.checked ? Float32Array.from(field) : scaleToOne(field);
  return new ort.Tensor("float32", values, [1, FIELD, FIELD]);
}

async function readBoard() {
  const field = fieldOnBoard();
  const image = field && inputOf(field);
  const output = image && (await session.run({ image }));
  showInput(image?.data ?? new Float32Array(FIELD * FIELD));
  showProbabilities(output?.probabilities.data ?? null);
}

/** Mean time of a run. Browsers round their clocks, so it takes many runs. */
async function measure() {
  const field = fieldOnBoard();
  if (!field) return;
  const image = inputOf(field);
  const begin = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < MEASURED_MS) {
    await session.run({ image });
    runs += 1;
    elapsed = performance.now() - begin;
  }
  const time = number(elapsed / runs, { maximumSignificantDigits: 2, useGrouping: false });
  part("time").textContent = say("About {time} ms for one run (mean of {runs} runs in a row).", {
    time,
    runs,
  });
}

// ---- Show --------------------------------------------------------------------------------------

function showProbabilities(probabilities) {
  const rows = [...part("bars").children];
  const digit = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : null;
  answer = probabilities && { digit, probability: probabilities[digit] };
  rows.forEach((row, i) => {
    const probability = probabilities?.[i] ?? 0;
    const share = row.querySelector("data");
    row.classList.toggle("draw-likeliest", i === digit);
    row.querySelector(".draw-fill").style.width = `${(100 * probability).toFixed(1)}%`;
    share.value = probabilities ? probability : "";
    share.textContent = probabilities ? percent(probability) : "–";
  });
  part("reading").querySelector("strong").textContent = digit ?? "–";
  part("label").textContent = labelText();
}

function labelText() {
  if (!testDigit) return "";
  const isWrong = answer && answer.digit !== testDigit.label;
  const text = isWrong ? later("drawn as: {label}, wrong") : later("drawn as: {label}");
  return say(text, { label: testDigit.label });
}

function showInput(values) {
  paintField(part("pixels"), values.map((value) => 255 * Math.min(value, 1)));
  part("range").textContent = skipsDivision.checked ? "255" : "1";
}

function paintField(target, field) {
  const image = new ImageData(FIELD, FIELD);
  field.forEach((value, i) => {
    image.data[4 * i + 3] = Math.round(value);
  });
  target.getContext("2d").putImageData(image, 0, 0);
}

function sayAnswer() {
  if (!answer) return;
  const reading = say("The model reads {digit}, {share}.", {
    digit: answer.digit,
    share: percent(answer.probability),
  });
  const label = labelText();
  tell(testDigit ? say("Test digit, {label}. {reading}", { label, reading }) : reading);
}

function tell(text) {
  part("status").textContent = text;
}

function showProblem(message) {
  for (const note of figure.querySelectorAll(".draw-note")) note.textContent = message;
  tell(message);
}

function percent(share) {
  return `${oneDigit(100 * share)}%`;
}

function oneDigit(value) {
  return number(Number(value.toFixed(1)), { minimumFractionDigits: 1 });
}

// ---- Connect -----------------------------------------------------------------------------------

board.lineWidth = PEN_WIDTH;
board.lineCap = "round";
part("start").addEventListener("click", start);
part("clear").addEventListener("click", clearAndSay);
part("test-digit").addEventListener("click", showTestDigit);
skipsDivision.addEventListener("change", finish);
area.addEventListener("pointerdown", onPointerDown);
area.addEventListener("pointermove", onPointerMove);
// It follows both the end of a stroke and its cancellation.
area.addEventListener("lostpointercapture", onPointerEnd);
area.addEventListener("keydown", onKeyDown);
area.addEventListener("blur", raisePen);
showPen();
figure.dataset.state = "ready";
