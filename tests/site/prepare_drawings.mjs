/*
 * Prepare drawings as the page does: from a JSON file with a list of { height, width, bytes } to
 * the model's input for each, or null for a blank one.
 */

import { readFileSync } from "node:fs";

import { scaleToOne, toField } from "../../web/draw/prepare.js";

const drawings = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const answers = drawings.map(({ height, width, bytes }) => {
  const field = toField({ values: Buffer.from(bytes, "base64"), height, width });
  return field && Array.from(scaleToOne(field));
});
console.log(JSON.stringify(answers));
