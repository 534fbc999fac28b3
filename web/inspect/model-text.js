/*
 * Text for people, from whatever a file holds.
 */

import { number, say, sayCount } from "../shared/messages.js";

const MAX_TEXT = 100;
// Control characters, and those that turn the direction of what follows or are not seen.
const INVISIBLE = /[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}]/gu;

/**
 * Make a text from a file safe to look at: short, and without what hides or turns letters.
 *
 * @param {string} text
 * @param {number} [length] Characters that are left at most.
 * @returns {string}
 */
export function shown(text, length = MAX_TEXT) {
  // The text may be as long as the file, and a character two units long.
  const characters = [...text.slice(0, 2 * length + 2)];
  const isCut = characters.length > length;
  const cut = isCut ? `${characters.slice(0, length - 1).join("")}…` : characters.join("");
  return cut.replace(INVISIBLE, escaped);
}

function escaped(character) {
  return `\\u${character.codePointAt(0).toString(16).padStart(4, "0")}`;
}

/** A number of bytes, exact up to 100,000 and rounded above, as in 41,202 bytes or 4.2 MB. */
export function bytesText(bytes) {
  if (bytes < 100_000) return sayCount("{count} byte", "{count} bytes", bytes);
  const units = ["kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${number(Number((bytes / 1000 ** power).toPrecision(3)))} ${units[power - 1]}`;
}

/** A shape as NumPy prints it: (1, 28), (3,), () for a scalar; "unknown" for null. */
export function shapeText(shape) {
  if (shape === null) return say("unknown");
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Names in quotes, the first five and how many more there are. */
export function namesText(names) {
  const first = names.slice(0, 5).map((name) => `“${shown(name, 60)}”`).join(", ");
  if (names.length <= 5) return first;
  return say("{names} and {more} more", { names: first, more: number(names.length - 5) });
}
