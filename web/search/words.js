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
