/*
 * What a word is, for both indexes of the search.
 */

export const WORD = /[\p{L}_][\p{L}\p{N}_]+/gu; // numbers are found as they stand only
const PARTS = /_+|(?<=[\p{Ll}\d])(?=\p{Lu})/u;

// Words that tell nothing of what somebody looks for.
export const FILLERS = new Set(
  ("a an and are as at be but by can cannot do does for from get has have how i if in into is it " +
    "make my need no not of on or should that the this to use using want was what when where " +
    "which why with you").split(" "),
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
 * Split a name, so that keras_tensor and KerasTensor are found by "keras" and by "tensor", too.
 *
 * @param {string} word In its own case.
 * @returns {string[]} Its parts; none where it has only one.
 */
export function parts(word) {
  const found = word.split(PARTS).filter((part) => part.length > 1);
  return found.length > 1 ? found : [];
}
