/*
 * What a word is, for both indexes of the search.
 */

export const WORD = /[\p{L}_][\p{L}\p{N}_]+/gu; // numbers are found as they stand only
const PARTS = /_+|(?<=[\p{Ll}\d])(?=\p{Lu})/u;

// Words that tell nothing of what somebody looks for.
export const FILLERS = new Set(
  ("a an and are as at be but by can cannot do does for from get has have how i if in into is it " +
    "make my need no not of on or should that the this to use using want was what when where " +
    "which why with you " +
    // Vietnamese, without marks
    "bang ban bi cac cai can cho co cua duoc gi hay khi khong la lam mot nao nay neu nhu nhung " +
    "phai ra sao the thi toi trong tu va vao vi voi").split(" "),
);

const MARKS = /\p{M}/gu;
const WITH_MARKS = {
  a: "aàáảãạăằắẳẵặâầấẩẫậ",
  d: "dđ",
  e: "eèéẻẽẹêềếểễệ",
  i: "iìíỉĩị",
  o: "oòóỏõọôồốổỗộơờớởỡợ",
  u: "uùúủũụưừứửữự",
  y: "yỳýỷỹỵ",
};

/**
 * Take the marks off the letters, so that "chuyen doi" finds "chuyển đổi".
 *
 * @param {string} text In lower case.
 * @returns {string} As long as the text, if its letters are composed.
 */
export function plain(text) {
  return text.normalize("NFD").replace(MARKS, "").replace(/đ/g, "d");
}

/**
 * Let a pattern find letters with marks, too.
 *
 * @param {string} pattern Plain text in lower case, escaped.
 * @returns {string} Source of a regular expression.
 */
export function withMarks(pattern) {
  return pattern.replace(/[adeiouy]/g, (letter) => `[${WITH_MARKS[letter]}]`);
}

/**
 * Join the syllables of words by _, so that each word is one, as in Vietnamese.
 *
 * @param {string} text With or without marks.
 * @param {string[]} words Plain, with _ between their syllables.
 * @returns {string}
 */
export function joined(text, words) {
  const known = words.filter((word) => word.includes("_")).sort((a, b) => b.length - a.length);
  if (!known.length) return text;
  const pattern = known.map((word) => withMarks(word.replaceAll("_", " "))).join("|");
  const found = new RegExp(`(?<!\\p{L})(?:${pattern})(?!\\p{L})`, "giu");
  return text.normalize("NFC").replace(found, (word) => word.replaceAll(" ", "_"));
}

/**
 * Split a name, so that keras_tensor and KerasTensor are found by "keras" and by "tensor", too.
 *
 * @param {string} word In its own case.
 * @returns {string[]} Its parts; none where it has only one.
 */
export function parts(word) {
  const found = word.split(PARTS).filter((part) => part.length > 1);
  return found.length > 1 ? found : [];
}
