/*
 * Look names up as the box above the conversion table does. The question is a JSON file with
 * { entries, queries }; the answer is, for each query, the names found, and the nearest ones.
 */

import { readFileSync } from "node:fs";

import { finder } from "../../web/convert/match.js";

const { entries, queries } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const find = finder(entries);
const answers = queries.map((query) => {
  const { hits, nearest } = find(query);
  return { names: hits.map(({ entry }) => entry.name), options: hits[0]?.options ?? "", nearest };
});
console.log(JSON.stringify(answers));
