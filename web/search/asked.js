/*
 * Find the questions that are like a query. People ask the same thing in other words, so endings
 * are cut off, a typing error is forgiven, and a word stands for its synonyms, which count half.
 */

import MiniSearch from "minisearch";

import { spoken } from "../shared/messages.js";
import { SPOKEN, SYNONYMS } from "./synonyms.js";
import { FILLERS, joined, parts, plain, WORD } from "./words.js";

const ENDING = /(?<=\w{3})(?:ing|ed|es|s|e)$/;
// In questions of this book, also in Vietnamese.
const EVERYWHERE = new Set([
  ...["file", "its", "model", "onnx"],
  ...["hinh", "mo", "mo_hinh", "tap_tin", "tep"],
]);
const LONG = 5; // letters; what is longer may have an error
const MOST = 5; // questions

/**
 * Get the questions of sections ready to be searched.
 *
 * @param {{title: string, questions?: Question[]}[]} sections
 * @returns {(query: string) => {section: object, question: string}[]} Finds the sections with the
 *   questions most like a query, the best first, each once.
 *
 * @typedef {{question: string, words?: string}} Question What is asked, and other words for it.
 */
export function asker(sections) {
  const rows = SPOKEN[spoken.language] ?? [];
  const stems = (text) => stemsOf(joined(text, rows.flat()));
  const alike = synonymsOf([...SYNONYMS, ...rows]);
  const index = new MiniSearch({ fields: ["question", "words", "title"], tokenize: stems });
  const asked = sections.flatMap((section) =>
    (section.questions ?? []).map((each) => ({ section, ...each })),
  );
  index.addAll(asked.map(({ section, ...each }, id) => ({ id, title: section.title, ...each })));

  return (query) => {
    const words = [...new Set(stems(query))];
    const meant = [...new Set(words.flatMap((word) => alike.get(word) ?? []))];
    const others = meant.filter((word) => !words.includes(word));
    const scores = new Map();
    const count = (queries, weight, options) => {
      const found = index.search({ combineWith: "OR", queries }, { ...AS_IT_IS, ...options });
      for (const { id, score } of found) scores.set(id, (scores.get(id) ?? 0) + weight * score);
    };
    count(words, 1, { prefix: (word) => word.length > 3, fuzzy: (word) => word.length > LONG && 0.15 });
    count(others, 0.5, {});
    const best = [...scores.keys()]
      .sort((a, b) => scores.get(b) - scores.get(a))
      .map((id) => asked[id]);
    const first = best.filter(
      ({ section }, i) => best.findIndex((other) => other.section === section) === i,
    );
    return first.slice(0, MOST);
  };
}

const AS_IT_IS = {
  tokenize: (word) => [word],
  processTerm: (word) => word,
  boost: { question: 1, words: 1, title: 0.4 },
};

function synonymsOf(groups) {
  const alike = new Map();
  for (const group of groups.map((words) => words.map(stem))) {
    for (const word of group) alike.set(word, [...(alike.get(word) ?? []), ...group]);
  }
  return alike;
}

function stemsOf(text) {
  const words = (text.match(WORD) ?? []).flatMap((word) => [word, ...parts(word)]);
  return words
    .map((word) => plain(word.toLowerCase()))
    .filter((word) => !FILLERS.has(word) && !EVERYWHERE.has(word))
    .map(stem);
}

function stem(word) {
  return word.replace(/ies$/, "y").replace(ENDING, "");
}
