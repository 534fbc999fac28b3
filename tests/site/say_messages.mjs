/*
 * Say messages and numbers as the scripts do. The question is a JSON file:
 *
 *     { spoken, say, counts, numbers }   what is spoken, or null for a page without messages;
 *                                        arguments of `say`, of `sayCount` and of `number`
 */

import { readFileSync } from "node:fs";

import { number, say, sayCount, speak } from "../../web/shared/messages.js";

const { spoken, ...asked } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
if (spoken) speak(spoken);
const told = {
  say: asked.say.map((each) => say(...each)),
  counts: asked.counts.map((each) => sayCount(...each)),
  numbers: asked.numbers.map((each) => number(...each)),
};
console.log(JSON.stringify(told));
