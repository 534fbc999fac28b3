/*
 * Find the estimators and layers that a query is about. This file knows texts only, no page.
 *
 *     const find = finder(entries);
 *     const { hits, nearest } = find("KNeighborsClassifer");
 *
 * A query is a name first, then a call with options, then an error message, last words.
 */

import { searcher } from "../search/find.js";

const CALL = /^\s*([\w.]+)\s*\(([^]*)\)\s*$/;
const NAME = /^\s*[\w.]+\s*$/;
const SHORTEST_PART = 3; // letters of a name, to find it inside of others
const NEAREST = 3;

/**
 * Get entries ready.
 *
 * @param {Entry[]} entries In the order of the page.
 * @returns {(query: string) => {hits: Hit[], nearest: string[]}} `nearest` has the names that are
 *   most like the query, where nothing was found.
 *
 * @typedef {{name: string, text: string, errors: string[]}} Entry
 * @typedef {{entry: Entry, options: string}} Hit With the options of a call, as they were typed.
 */
export function finder(entries) {
  const find = searcher(
    entries.map(({ name, text, errors }, place) => ({
      page: "",
      title: name,
      url: String(place),
      text,
      errors: errors.map((error) => ({ text: error, cause: "" })),
    })),
  );

  return (query) => {
    const call = CALL.exec(query);
    const named = byName(entries, call ? call[1] : query);
    if (named.length) {
      return { hits: named.map((entry) => ({ entry, options: call?.[2].trim() ?? "" })), nearest: [] };
    }
    const { known, exact, words } = find(query);
    const surest = known.filter(({ sure }) => sure === known[0].sure);
    // What is like a name of ours is a name with a typing error, and not a few words.
    const others = call || NAME.test(query) ? [] : words;
    const found = [...surest, ...exact, ...others].map(({ section }) => entries[section.url]);
    const hits = [...new Set(found)].map((entry) => ({ entry, options: "" }));
    return { hits, nearest: hits.length ? [] : nearestNames(entries, call ? call[1] : query) };
  };
}

// The name itself; without it, names that start with the query, then those that contain it.
function byName(entries, query) {
  const wanted = fold(query);
  if (!wanted) return [];
  const same = entries.filter(({ name }) => fold(name) === wanted);
  if (same.length || wanted.length < SHORTEST_PART) return same;
  const starting = entries.filter(({ name }) => fold(name).startsWith(wanted));
  const containing = entries.filter(({ name }) => fold(name).includes(wanted));
  return [...new Set([...starting, ...containing])];
}

// Names without modules, spaces and underscores: sklearn.svm.SVC, k neighbors, max_pooling.
function fold(name) {
  const last = /^[\w.]+$/.test(name.trim()) && !/^\s*ops\./.test(name) ? name.replace(/^.*\./, "") : name;
  return last.toLowerCase().replace(/[\s_]+/g, "");
}

function nearestNames(entries, query) {
  const wanted = fold(query);
  const distances = entries.map(({ name }) => ({ name, far: distance(wanted, fold(name)) }));
  return distances
    .sort((a, b) => a.far - b.far)
    .slice(0, NEAREST)
    .map(({ name }) => name);
}

// How many letters to replace, insert or drop.
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j - 1] + other, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
