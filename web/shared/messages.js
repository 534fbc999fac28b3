/*
 * Say the messages of the scripts in the language of the page, as gettext does.
 *
 *     say("Read {name}.", { name })
 *     sayCount("{count} node", "{count} nodes", 2)
 *
 * English is what is written here. A page in another language carries its messages, which
 * `tools/site/extensions/languages.py` puts there; a worker gets them from its page.
 */

const carried = globalThis.document?.getElementById("messages");

/** What is spoken: a language, and its messages by the English ones, a list where they count. */
export let spoken = {
  language: globalThis.document?.documentElement.lang || "en",
  messages: carried ? JSON.parse(carried.textContent) : {},
};

/** Speak a language from now on: that of the page, in a worker. */
export function speak(wanted) {
  spoken = wanted;
}

/**
 * A message in the language of the page.
 *
 * @param {string} text In English, with the names of values in braces.
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(text, values = {}) {
  return filled(spoken.messages[text] ?? text, values);
}

/** One of two messages, as the number decides; `{count}` in them is the number. */
export function sayCount(one, many, count) {
  const forms = spoken.messages[one] ?? [one, many];
  return filled(count === 1 ? forms[0] : forms.at(-1), { count: number(count) });
}

/** Mark a message that is said later, by `say`, when the language is known. */
export function later(text) {
  return text;
}

/** Mark two messages, of which `sayCount(...messages, count)` says one later. */
export function laterCount(one, many) {
  return [one, many];
}

/** A number as people write it: 41,202.5 in English, 41.202,5 in Vietnamese. */
export function number(value, options) {
  return new Intl.NumberFormat(spoken.language, options).format(value);
}

// Code in a message has braces, too: what is no name of a value stays.
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
}
