/*
 * Find the sections of the book that a query is about. This file knows texts only, no page.
 *
 *     const find = searcher(sections);
 *     const { known, exact, asked, words } = find("Invalid rank for input: image");
 *
 * A query is taken as an error message first: those of the book are recognized inside of a
 * longer text, and under other names and numbers. Then it is taken as it stands, with its
 * quotes, brackets and underscores; then as a question, in any words; last as words.
 */

import MiniSearch from "minisearch";

import { spoken } from "../shared/messages.js";
import { asker } from "./asked.js";
import { SPOKEN } from "./synonyms.js";
import { FILLERS, joined, parts, plain, withMarks, WORD } from "./words.js";

// Python says these of any object: without its names, such an error tells nothing.
const PYTHONS_OWN =
  /object has no attribute|positional argument|keyword argument|cannot pickle|^keyerror/;
const INNER_BRACKETS = /\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}|<class[^<>]*>/g;
const UNCLOSED_BRACKET = /[([{][^)\]}]*$/;
const QUOTED = /(?<!\w)(['"`])(?:(?!\1).)*\1(?!\w)/g;
const NUMBER = /\d+(?:\.\d+)*/g;
const LONGEST_NAME = 4; // words; what is longer inside of quotes or brackets is a message
const WORDS_FOR_ONE_OTHER = 6;
const SHORTEST_PART = 4; // words
const LONGEST_QUERY = 20_000; // characters; of a longer log, the end

const FIELDS = ["title", "page", "errors", "text"];
const BOOST = { title: 4, errors: 2, page: 1.5 };
const MOST_WORDS = 40; // of a query
const ENOUGH = 10; // sections that contain the query; then its words are not looked for
const FEW = 3; // sections with all words; then those with some of them are listed, too
const MOST_WITH_SOME = 10; // sections
const AS_THEY_STAND = { combineWith: "AND", prefix: false, fuzzy: false };

/**
 * Get sections ready to be searched.
 *
 * @param {Section[]} sections In the order of the book.
 * @returns {(query: string) => Found} Finds the sections for a query, the best ones first.
 *
 * @typedef {{page: string, title: string, url: string, text: string, errors?: Known[],
 *   questions?: {question: string, words?: string}[]}} Section
 * @typedef {{text: string, cause: string}} Known An error text and what is behind it.
 * @typedef {{section: Section, marks: RegExp, error?: Known, question?: string}} Hit What to mark
 *   in a section, and the error text or the question that led to it.
 *
 * @typedef {object} Found A section is in one of the lists only.
 * @property {Hit[]} known Sections that explain the error in the query.
 * @property {Hit[]} exact Sections that contain the query as it stands, or its words in the title.
 * @property {Hit[]} asked Sections that answer a question like it.
 * @property {Hit[]} words Sections that contain its words.
 * @property {boolean} all Whether each of `words` contains all of the words, or some of them.
 */
export function searcher(sections) {
  const entries = sections.map((section) => ({
    section,
    title: fold(section.title),
    text: fold(section.text),
    errors: (section.errors ?? []).map(readyError),
  }));
  const ask = asker(sections);
  let index = null; // takes a moment, and most queries do without

  return (query) => {
    const wanted = fold(query).trim().slice(-LONGEST_QUERY);
    const found = { known: [], exact: [], asked: [], words: [], all: true };
    if (!wanted) return found;
    found.known = explaining(entries, wanted);
    // Who typed marks means a word with them: tệp is no part of "step".
    const marked = spelled(query).trim().slice(-LONGEST_QUERY);
    const exact = containing(entries, wanted).filter(({ section }) => {
      return marked === wanted || spelled(`${section.title} ${section.text}`).includes(marked);
    });
    found.exact = without(exact, found.known);
    const sure = [...found.known, ...found.exact];
    if (found.known.length) return found;
    found.asked = without(asking(ask, query), sure);
    if (found.exact.length >= ENOUGH) return found;
    const better = [...sure, ...found.asked];
    index ??= indexWords(sections);
    const loosely = sure.length === 0;
    const withAll = withWords(index, sections, wanted, { combineWith: "AND", loosely });
    found.words = without(withAll, better);
    if (!loosely || withAll.length >= FEW) return found;
    const withSome = withWords(index, sections, wanted, { combineWith: "OR", loosely });
    const all = withSome.length === withAll.length;
    return { ...found, words: without(withSome, better).slice(0, MOST_WITH_SOME), all };
  };
}

// Lower case without marks, straight quotes, one space for each run of white space.
function fold(text) {
  return plain(spelled(text));
}

// The same with its marks.
function spelled(text) {
  return text
    .toLowerCase()
    .normalize("NFC")
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/…/g, "...")
    .replace(/\s+/g, " ");
}

function without(hits, others) {
  const taken = new Set(others.map((hit) => hit.section));
  return hits.filter((hit) => !taken.has(hit.section));
}

// The query as it stands

function containing(entries, wanted) {
  const words = wanted.match(WORD) ?? [];
  const hasAll = (title) => words.length > 1 && words.every((word) => title.includes(word));
  const inTitle = entries.filter(({ title }) => title.includes(wanted) || hasAll(title));
  const inText = entries.filter((entry) => entry.text.includes(wanted));
  const found = new Set([...inTitle, ...inText]);
  return [...found].map(({ section }) => ({ section, marks: asItStands(wanted) }));
}

function asItStands(folded) {
  const pattern = withMarks(escape(folded))
    .replace(/ /g, "\\s+")
    .replace(/'/g, "['‘’]")
    .replace(/"/g, '["“”]');
  return new RegExp(pattern, "giu");
}

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

// Questions

function asking(ask, query) {
  const words = fold(query).match(WORD) ?? [];
  return ask(query).map((hit) => ({ ...hit, marks: anyOf(words) }));
}

// Errors

function readyError(error) {
  const folded = fold(error.text);
  const keepsNames = PYTHONS_OWN.test(folded);
  const whole = folded.replace(UNCLOSED_BRACKET, " ");
  const words = wordsOf(keepsNames ? whole : withoutNames(whole));
  const others = keepsNames ? 0 : Math.floor(words.length / WORDS_FOR_ONE_OTHER);
  return { error, folded, marks: asItStands(folded), keepsNames, words, others };
}

function explaining(entries, wanted) {
  const query = { folded: wanted, named: wordsOf(wanted), unnamed: wordsOf(withoutNames(wanted)) };
  const found = entries.flatMap(({ section, errors }) => {
    const [best] = errors.flatMap((known) => match(known, query)).sort(byLikeness);
    return best ? [{ section, ...best }] : [];
  });
  return found.sort(byLikeness);
}

// A message around the known text is sure; less sure is a part of it, then its mere likeness.
function match(known, query) {
  const { error, folded, marks } = known;
  if (query.folded.includes(folded)) return [{ error, marks, sure: 3, size: folded.length }];
  if (folded.includes(query.folded) && query.folded.split(" ").length >= SHORTEST_PART) {
    return [{ error, marks: asItStands(query.folded), sure: 2, size: -folded.length }];
  }
  if (isAlike(known, query)) return [{ error, marks, sure: 1, size: known.words.length }];
  return [];
}

function byLikeness(a, b) {
  return b.sure - a.sure || b.size - a.size;
}

// A name without quotes may differ in a longer error; a part of an error has to be the same.
function isAlike({ words, keepsNames, others }, query) {
  const asked = keepsNames ? query.named : query.unnamed;
  if (!words.length || !asked.length) return false;
  if (changes(words, asked) <= others) return true;
  return asked.length >= SHORTEST_PART && changes(asked, words) === 0;
}

// What an error says whatever the names in quotes and brackets are.
function withoutNames(folded) {
  let text = folded;
  let before;
  do {
    before = text;
    text = text.replace(INNER_BRACKETS, nameOrMessage);
  } while (text !== before);
  return text.replace(QUOTED, nameOrMessage);
}

// Words without numbers and signs around them, also the numbers at the end of a name.
function wordsOf(folded) {
  return folded
    .replace(NUMBER, "")
    .split(/[\s:,;=]+/)
    .map((word) => word.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ""))
    .filter((word) => word.length > 1);
}

function nameOrMessage(enclosed) {
  return enclosed.split(" ").length > LONGEST_NAME ? enclosed.slice(1, -1) : " ";
}

// How many words to replace, insert or drop until `words` are a stretch of `text`.
function changes(words, text) {
  let row = Array(text.length + 1).fill(0);
  words.forEach((word, i) => {
    const next = [i + 1];
    text.forEach((other, j) => {
      next.push(Math.min(row[j] + (word !== other), row[j + 1] + 1, next[j] + 1));
    });
    row = next;
  });
  return Math.min(...row);
}

// Words

function indexWords(sections) {
  const terms = new Map();
  const withParts = (word) => {
    if (!terms.has(word)) terms.set(word, [word, ...parts(word)]);
    return terms.get(word);
  };
  const index = new MiniSearch({
    fields: FIELDS,
    tokenize: (text) => (text.match(WORD) ?? []).flatMap(withParts),
    processTerm: (word) => plain(word.toLowerCase()),
    searchOptions: { tokenize: (word) => [word], boost: BOOST, prefix: (word) => word.length > 2 },
  });
  index.addAll(
    sections.map(({ title, page, text, errors = [] }, id) => ({
      id,
      title,
      page,
      text,
      errors: errors.map((error) => error.text).join("\n"),
    })),
  );
  return index;
}

// Loosely: with typing errors, and the parts of a name apart.
function withWords(index, sections, wanted, { combineWith, loosely }) {
  const groups = SPOKEN[spoken.language] ?? [];
  const words = [...new Set(joined(wanted, groups.flat()).match(WORD))];
  const telling = words.filter((word) => !FILLERS.has(word));
  // The last line of a traceback says what failed.
  const asked = (telling.length ? telling : words).slice(-MOST_WORDS);
  if (!asked.length) return [];
  const queries = asked.map((word) => {
    return orSynonym(loosely ? wholeOrParts(word) : word, word, groups);
  });
  const fuzzy = (word) => loosely && word.length > 4 && 0.15;
  return index.search({ combineWith, queries }, { fuzzy }).map(({ id, terms }) => ({
    section: sections[id],
    marks: anyOf(terms),
  }));
}

function anyOf(words) {
  const found = words.map((word) => withMarks(escape(word))).join("|");
  return new RegExp(`(?<!\\p{L})(?:${found})(?!\\p{L})`, "giu");
}

// What the page writes for a word, or its reader may say for it.
function orSynonym(query, word, groups) {
  const group = groups.find((words) => words.includes(word));
  if (!group) return query;
  const as = (other) => ({ ...AS_THEY_STAND, queries: other.split("_") });
  const own = word.includes("_") ? as(word) : query;
  return { combineWith: "OR", queries: [own, ...group.filter((each) => each !== word).map(as)] };
}

function wholeOrParts(word) {
  const found = parts(word);
  return found.length
    ? { combineWith: "OR", queries: [word, { combineWith: "AND", queries: found }] }
    : word;
}
