/*
 * The box above the conversion table: a name, a call or an error text, and a verdict. What is
 * found is shown below the box as copies of the table's sections; the table stays as it is.
 * `tools/pages/conversion_rows.py` writes the table.
 */

import { say, sayCount } from "../shared/messages.js";
import { finder } from "./match.js";

const LONGEST_QUERY = 1500; // characters; hosts refuse addresses that are far longer
const PAUSE = 300; // milliseconds without typing

const form = document.querySelector(".convert-box");
const status = document.querySelector(".convert-status");
const list = document.querySelector(".convert-found");
const { q: box, verdict: choice } = form.elements;

const entries = [...document.querySelectorAll("section.convert")].map((section) => ({
  name: section.querySelector("h3").firstChild.textContent,
  text: [...section.querySelectorAll("dd, details li")].map((part) => part.textContent).join("\n"),
  errors: [...section.querySelectorAll(".convert-text")].flatMap(textsOf),
  section,
}));
const find = finder(entries);

const asked = new URLSearchParams(location.search);
box.value = (asked.get("q") ?? "").replace(/\s+/g, " ");
choice.value = asked.get("verdict") ?? "";
if (choice.selectedIndex < 0) choice.value = "";
form.hidden = false;
update();

let pause;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  const found = update();
  clearTimeout(pause);
  pause = setTimeout(() => keep(found), PAUSE);
});
list.addEventListener("click", (event) => {
  const name = event.target.closest("button")?.textContent;
  if (!name) return;
  box.value = name;
  box.focus();
  keep(update());
});
document.addEventListener("click", addressOfRow);

// Rows whose texts repeat a value of theirs stand together, with the text of the first one.
function textsOf(shown) {
  const text = shown.querySelector("code").textContent;
  if (!shown.classList.contains("convert-each")) return [text];
  const rows = [...shown.parentElement.querySelectorAll("code[id]")];
  const values = rows.map((code) => code.textContent.match(/'[^']*'/)?.[0] ?? "");
  return values.map((value) => (value ? text.replaceAll(values[0], value) : text));
}

function update() {
  const query = box.value.trim();
  const verdict = choice.value;
  if (!query && !verdict) {
    list.replaceChildren();
    status.textContent = "";
    return;
  }
  const all = entries.map((entry) => ({ entry, options: "" }));
  const { hits, nearest } = query ? find(query) : { hits: all, nearest: [] };
  const shown = hits.map((hit) => copy(hit, verdict)).filter(Boolean);
  list.replaceChildren(...shown, ...nearest.map(button));
  status.textContent = summary(query, verdict, hits.length, shown.length, nearest.length);
}

// A section without the rows of other verdicts; null if nothing is left.
function copy({ entry, options }, verdict) {
  const section = entry.section.cloneNode(true);
  const heading = section.querySelector("h3");
  heading.querySelector("a").textContent = say("in the table");
  if (verdict) {
    const key = verdict.replace(" ", "-");
    for (const group of section.querySelectorAll("dl > div")) {
      if (!group.classList.contains(key)) group.remove();
    }
    if (!section.querySelector("dl > div")) return null;
  }
  for (const element of [section, ...section.querySelectorAll("[id]")]) {
    if (options && says(element, options)) element.classList.add("convert-hit");
    element.dataset.row = element.id;
    element.removeAttribute("id");
  }
  return section;
}

// A value of one option stands behind the name of the option.
function says(element, options) {
  const fold = (text) => text.replace(/["“”‘’]/g, "'").replace(/\s+/g, "");
  const text = fold(element.querySelector("code")?.textContent ?? element.textContent);
  const wanted = fold(options);
  return text === wanted || (wanted.includes("=") && text === wanted.replace(/^\w+=/, ""));
}

function button(name) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = name;
  return element;
}

function summary(query, verdict, found, shown, nearest) {
  if (nearest) {
    return say(
      "Nothing here goes by this name or contains this text. The nearest names are below; " +
        "sklearn.utils.all_estimators() and dir(keras.layers) list all there are.",
    );
  }
  if (!verdict) return sayCount("{count} name found.", "{count} names found.", shown);
  const said = choice.selectedOptions[0].textContent;
  const names = sayCount("{count} name", "{count} names", query ? found : shown);
  if (!query) return say("{names} with rows of this verdict: {said}.", { names, said });
  return say("{names} found, {shown} of them with rows of this verdict: {said}.", {
    names,
    shown,
    said,
  });
}

// At rest only: browsers limit changes of the address.
function keep() {
  const address = new URL(location.href);
  for (const [key, value] of [
    ["q", box.value.trim().slice(-LONGEST_QUERY)],
    ["verdict", choice.value],
  ]) {
    if (value) address.searchParams.set(key, value);
    else address.searchParams.delete(key);
  }
  history.replaceState(history.state, "", address);
}

// A click on the options of a row puts the row's own address into the address bar.
function addressOfRow(event) {
  const row = event.target.closest(".convert dd :is([id], [data-row])");
  const id = row?.id || row?.dataset.row;
  if (!id || getSelection().toString()) return;
  const address = new URL(location.href);
  address.hash = id;
  history.replaceState(history.state, "", address);
}
