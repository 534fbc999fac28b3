/*
 * Draw the picture of a graph as SVG, in a box that scrolls and zooms.
 */

import { say } from "../shared/messages.js";
import { element } from "./inspect-view.js";

const SVG = "http://www.w3.org/2000/svg";
const ZOOM_STEP = 1.25;
const SMALLEST = 0.1;
const LARGEST = 4;
// Smaller than that, text cannot be read: a wide graph scrolls at first.
const SMALLEST_AT_FIRST = 0.6;
// Class names stand in full: the build drops the styles of names that it does not find.
const KINDS = {
  value: "inspect-box inspect-value",
  weights: "inspect-box inspect-weights",
  plain: "inspect-box inspect-plain",
};

/**
 * Draw a graph.
 *
 * @param {object} picture From `drawPicture` in model-picture.js.
 * @returns {HTMLElement[]} A note of what is left out, buttons, and the box with the picture.
 */
export function graphView(picture) {
  const svg = drawing(picture);
  const box = element("div", { className: "inspect-picture", tabIndex: 0 }, svg);
  box.setAttribute("role", "region");
  const name = say("Picture of the graph; arrow keys scroll, plus and minus zoom");
  box.setAttribute("aria-label", name);
  const zoom = zoomer(svg, box, picture);
  const buttons = [
    button("−", say("Zoom out"), zoom.out),
    button("+", say("Zoom in"), zoom.in),
    button(say("Fit"), say("Fit the width"), zoom.fit),
  ];
  box.addEventListener("keydown", (event) => {
    const action = { "+": zoom.in, "=": zoom.in, "-": zoom.out, 0: zoom.fit }[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  // The width of the box is known only when it is in the page.
  requestAnimationFrame(zoom.start);
  const note = element("p", { className: "inspect-note", textContent: picture.note });
  const bar = element("div", { className: "inspect-zoom" }, ...buttons);
  return picture.note ? [note, bar, box] : [bar, box];
}

function button(text, name, action) {
  const made = element("button", { type: "button", textContent: text, title: name });
  made.setAttribute("aria-label", name);
  made.addEventListener("click", action);
  return made;
}

function zoomer(svg, box, { width, height, boxes }) {
  let scale = 1;
  const set = (wanted) => {
    const before = scale;
    scale = Math.min(Math.max(wanted, SMALLEST), LARGEST);
    // What is in the middle stays there.
    const x = (box.scrollLeft + box.clientWidth / 2) * (scale / before);
    const y = (box.scrollTop + box.clientHeight / 2) * (scale / before);
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    box.scrollTo(x - box.clientWidth / 2, y - box.clientHeight / 2);
  };
  const fitting = () => Math.min(1, box.clientWidth / width);
  return {
    in: () => set(scale * ZOOM_STEP),
    out: () => set(scale / ZOOM_STEP),
    fit: () => set(fitting()),
    start: () => {
      set(Math.max(fitting(), SMALLEST_AT_FIRST));
      const [first] = boxes;
      if (first) box.scrollTo((first.x + first.width / 2) * scale - box.clientWidth / 2, 0);
    },
  };
}

function drawing({ width, height, boxes, edges, count }) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img" });
  const name = say("Graph of {count} nodes; the table below has them in words", { count });
  svg.setAttribute("aria-label", name);
  const tip = { id: "inspect-tip", viewBox: "0 0 8 8", refX: 8, refY: 4, orient: "auto" };
  const marker = shape("marker", { ...tip, markerWidth: 7, markerHeight: 7 });
  marker.append(shape("path", { d: "M0 0L8 4L0 8z" }));
  svg.append(marker);
  for (const { points } of edges) {
    svg.append(shape("path", { d: curve(points), class: "inspect-edge" }));
  }
  for (const box of boxes) svg.append(...boxShapes(box));
  for (const { label } of edges) {
    if (label) svg.append(words(label, "inspect-label"));
  }
  return svg;
}

function boxShapes({ x, y, width, height, kind, lines }) {
  const rx = kind === "value" ? 14 : 4;
  const rect = shape("rect", { x, y, width, height, rx, class: KINDS[kind] });
  return [rect, ...lines.map((line, i) => words(line, i ? "inspect-line" : "inspect-operator"))];
}

function words({ x, y, text }, className) {
  const made = shape("text", { x, y, class: className });
  made.textContent = text;
  return made;
}

/** A smooth line: straight to the first corner, curved around corners. */
function curve(points) {
  const [first, ...rest] = points;
  const last = rest.pop();
  const bends = rest.map((point, i) => {
    const next = rest[i + 1] ?? last;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${bends.join("")}L${last.x} ${last.y}`;
}

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
