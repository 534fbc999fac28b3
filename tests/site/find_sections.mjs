/*
 * Search sections as the search page does. The question is a JSON file with { sections, queries },
 * and perhaps the language of the page; the answer is, for each query, the addresses in the order of the list.
 */

import { readFileSync } from "node:fs";

import { speak } from "../../web/shared/messages.js";
import { searcher } from "../../web/search/find.js";

const { sections, queries, language = "en" } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
speak({ language, messages: {} });
const find = searcher(sections);
const answers = queries.map((query) => {
  const { known, exact, asked, words } = find(query);
  return [...known, ...exact, ...asked, ...words].map(({ section }) => section.url);
});
console.log(JSON.stringify(answers));
