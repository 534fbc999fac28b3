/*
 * The piece of a text that shows why it was found, split at what to mark.
 */

const BEFORE = 60; // characters
const AFTER = 140;

/**
 * Cut out of a text the line that contains most of what is marked.
 *
 * @param {string} text Lines.
 * @param {RegExp} marks Global.
 * @returns {{text: string, marked: boolean}[]} Its pieces, in their order.
 */
export function excerpt(text, marks) {
  const hit = bestHit(text, marks);
  const hitEnd = hit.index + hit.length;
  const lineStart = text.lastIndexOf("\n", hit.index) + 1;
  const lineEnd = `${text}\n`.indexOf("\n", hitEnd);
  const wordStart = text.lastIndexOf(" ", hit.index - BEFORE) + 1;
  const wordEnd = `${text} `.indexOf(" ", Math.min(hitEnd + AFTER, lineEnd));
  const cut = text.slice(Math.max(lineStart, wordStart), Math.min(lineEnd, wordEnd));
  const before = wordStart > lineStart ? "…\u00a0" : "";
  const after = wordEnd < lineEnd ? "\u00a0…" : "";
  return pieces(before + cut + after, marks);
}

/**
 * Split a text at what is marked.
 *
 * @param {string} text
 * @param {RegExp} marks Global.
 * @returns {{text: string, marked: boolean}[]} All of the text, in its order.
 */
export function pieces(text, marks) {
  const found = [];
  let end = 0;
  for (const hit of text.matchAll(marks)) {
    found.push({ text: text.slice(end, hit.index), marked: false });
    found.push({ text: hit[0], marked: true });
    end = hit.index + hit[0].length;
  }
  found.push({ text: text.slice(end), marked: false });
  return found.filter((piece) => piece.text);
}

// The first hit of the line with the most different ones; the text's start if there is none.
function bestHit(text, marks) {
  const lines = new Map();
  for (const { 0: hit, index } of text.matchAll(marks)) {
    const start = text.lastIndexOf("\n", index);
    if (!lines.has(start)) lines.set(start, { index, length: hit.length, different: new Set() });
    lines.get(start).different.add(hit.toLowerCase());
  }
  const ranked = [...lines.values()].sort((a, b) => b.different.size - a.different.size);
  return ranked[0] ?? { index: 0, length: 0 };
}
