/*
 * The search page: the box, the list of sections, and the address, which keeps the query.
 * `search.html` has the elements, `tools/site/extensions/search.py` writes the sections.
 */

import { laterCount, say, sayCount } from "../shared/messages.js";
import { excerpt, pieces } from "./excerpt.js";
import { searcher } from "./find.js";

const SHOWN = 30;
const PAUSE = 300; // milliseconds without typing
const LONGEST_QUERY = 1500; // characters; hosts refuse addresses that are far longer

// What is said of a list of sections, the first one or a further one.
const EXPLAINING = {
  first: laterCount(
    "{count} section explains this kind of error",
    "{count} sections explain this kind of error",
  ),
  more: laterCount(
    "{count} more explains this kind of error",
    "{count} more explain this kind of error",
  ),
};
const CONTAINING = {
  first: laterCount("{count} section contains this text", "{count} sections contain this text"),
  more: laterCount("{count} more contains this text", "{count} more contain this text"),
};
const ANSWERING = {
  first: laterCount(
    "{count} section answers a question like it",
    "{count} sections answer a question like it",
  ),
  more: laterCount(
    "{count} more answers a question like it",
    "{count} more answer a question like it",
  ),
};
const WITH_ALL = {
  first: laterCount("{count} section contains these words", "{count} sections contain these words"),
  more: laterCount("{count} more contains these words", "{count} more contain these words"),
};
const WITH_SOME = {
  first: laterCount(
    "{count} section contains some of these words",
    "{count} sections contain some of these words",
  ),
  more: laterCount(
    "{count} more contains some of these words",
    "{count} more contain some of these words",
  ),
};

const main = document.querySelector(".search-page");
const SECTIONS = new URL(main.dataset.sections, document.baseURI);
const form = main.querySelector("form");
const box = form.querySelector("input");
const status = main.querySelector(".search-status");
const list = main.querySelector(".search-results");
const advice = main.querySelector(".search-advice");

// A box of one line drops the ends of lines; a space keeps their words apart.
box.value = (new URLSearchParams(location.search).get("q") ?? "").replace(/\s+/g, " ");
box.focus();
box.select();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.focus();
});

const sections = await load();
if (sections) start(searcher(sections));

async function load() {
  try {
    const response = await fetch(SECTIONS);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return await response.json();
  } catch (error) {
    status.textContent = say(
      "The texts to search did not load: {said}. Check the connection, and load this page again.",
      { said: error.message },
    );
    advice.hidden = false;
    return null;
  }
}

function start(find) {
  let pause;
  box.addEventListener("input", () => {
    const found = find(box.value);
    show(found);
    clearTimeout(pause);
    pause = setTimeout(() => settle(found), PAUSE);
  });
  const found = find(box.value);
  show(found);
  settle(found);
}

function show(found) {
  const hits = [...found.known, ...found.exact, ...found.asked, ...found.words];
  list.replaceChildren(...hits.slice(0, SHOWN).map(item));
  advice.hidden = hits.length > 0 || !box.value.trim();
}

// At rest only: each change of the status is read aloud, and browsers limit those of the address.
function settle(found) {
  status.textContent = box.value.trim() && summary(found);
  const address = new URL(location.href);
  address.searchParams.delete("q");
  // The last line of a traceback says what failed.
  if (box.value.trim()) address.searchParams.set("q", box.value.slice(-LONGEST_QUERY));
  history.replaceState(history.state, "", address);
}

function summary({ known, exact, asked, words, all }) {
  const lists = [
    [known, EXPLAINING],
    [exact, CONTAINING],
    [asked, ANSWERING],
    [words, all ? WITH_ALL : WITH_SOME],
  ].filter(([hits]) => hits.length > 0);
  const total = known.length + exact.length + asked.length + words.length;
  if (total === 0) return say("No section contains these words.");
  const parts = lists.map(([hits, { first, more }], i) => {
    return sayCount(...(i ? more : first), hits.length);
  });
  const found = `${parts.join(", ")}.`;
  if (total <= SHOWN) return found;
  return say("{found} The first {shown} are listed: add a word to find fewer.", {
    found,
    shown: SHOWN,
  });
}

function item(hit) {
  const { section, marks, error, question } = hit;
  const link = element("a", "search-title", marked(pieces(section.title, marks)));
  link.href = address(hit);
  const parts = [link];
  if (section.page !== section.title) parts.push(element("p", "search-chapter", [section.page]));
  if (error) parts.push(element("p", "search-cause", code(error.cause)));
  if (question) parts.push(element("p", "search-question", [question]));
  if (section.text) {
    parts.push(element("p", "search-excerpt", marked(excerpt(section.text, marks))));
  }
  return element("li", "search-result", parts);
}

// To the error itself where the browser can go there, otherwise to the section's heading.
function address({ section, marks, error }) {
  if (!error || !("fragmentDirective" in document)) return section.url;
  const [text] = section.text.match(marks) ?? [];
  if (!text || text.includes("\n") || section !== firstOfPage(section.page, marks)) {
    return section.url;
  }
  return `${section.url}:~:text=${encodeURIComponent(text).replaceAll("-", "%2D")}`;
}

// A browser goes to the first place on the page that has the text.
function firstOfPage(page, marks) {
  return sections.find((section) => section.page === page && section.text.search(marks) >= 0);
}

function marked(texts) {
  return texts.map((piece) => (piece.marked ? element("mark", "", [piece.text]) : piece.text));
}

// What stands between backticks is code.
function code(text) {
  return text.split("`").map((part, i) => (i % 2 ? element("code", "", [part]) : part));
}

function element(name, className, children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
