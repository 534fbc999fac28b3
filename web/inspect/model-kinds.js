/*
 * What a file that is not ONNX looks like, by its first bytes.
 */

import { later, say } from "../shared/messages.js";

const CHOOSE = { advice: later("Choose the .onnx file."), sections: [] };
const UNPACK = { advice: later("Unpack it first."), sections: [] };
const KERAS = {
  advice: later("Convert the Keras model first; the Keras lesson shows how."),
  sections: ["kerasPath"],
};
const PICKLE = {
  what: later("a pickle"),
  advice: later(
    "A pickle is a program, and this page does not run it. Convert the model first, on the " +
      "machine that trained it; the scikit-learn lesson shows how.",
  ),
  sections: ["sklearnPath"],
};

// The first row whose mark stands at its place says what the file is.
const MARKS = [
  {
    mark: "version https://git-lfs",
    what: later("a Git LFS pointer, which stands in for the model"),
    advice: later("Fetch the content: git lfs pull"),
    sections: ["notModel"],
  },
  {
    mark: "PK\x03\x04",
    what: later("a zip archive, as .keras models, .npz arrays and PyTorch checkpoints are"),
    advice: later("Convert the model first. If a model is packed inside, unpack it."),
    sections: ["kerasPath"],
  },
  { mark: "\x89HDF\r\n", what: later("an HDF5 file, as .h5 models of Keras are"), ...KERAS },
  { mark: "TFL3", at: 4, what: later("a TensorFlow Lite model"), ...KERAS },
  { mark: "ORTM", at: 4, what: later("a model in the ORT format of ONNX Runtime"), ...CHOOSE },
  { mark: "\x80\x02", ...PICKLE },
  { mark: "\x80\x03", ...PICKLE },
  { mark: "\x80\x04", ...PICKLE },
  { mark: "\x80\x05", ...PICKLE },
  { mark: "\x89PNG", what: later("a PNG picture"), ...CHOOSE },
  { mark: "\xff\xd8\xff", what: later("a JPEG picture"), ...CHOOSE },
  { mark: "GIF8", what: later("a GIF picture"), ...CHOOSE },
  { mark: "%PDF", what: later("a PDF document"), ...CHOOSE },
  { mark: "\x93NUMPY", what: later("a NumPy array"), ...CHOOSE },
  { mark: "GGUF", what: later("a GGUF model, the format of llama.cpp"), ...CHOOSE },
  {
    mark: '{"',
    at: 8,
    what: later("a safetensors file, which holds weights and no graph"),
    ...CHOOSE,
  },
  { mark: "\x1f\x8b", what: later("a gzip archive"), ...UNPACK },
  { mark: "7z\xbc\xaf", what: later("a 7-Zip archive"), ...UNPACK },
  { mark: "ustar", at: 257, what: later("a tar archive"), ...UNPACK },
];
const LOOKED_AT = 512;

/**
 * Say what a file looks like.
 *
 * @param {Uint8Array} bytes The file, or its first 512 bytes.
 * @returns {{what: string, advice: string, sections: string[]} | null} Null when the start is
 *   not known: ONNX files have no mark of their own.
 */
export function describeStart(bytes) {
  const head = bytes.subarray(0, LOOKED_AT);
  const start = String.fromCharCode(...head);
  const found = MARKS.find(({ mark, at = 0 }) => start.startsWith(mark, at));
  const kind = found ?? (isText(head) ? describeText(start) : null);
  return kind && { what: say(kind.what), advice: say(kind.advice), sections: kind.sections };
}

function isText(bytes) {
  const isControl = (byte) => byte < 32 && ![9, 10, 12, 13].includes(byte);
  if (bytes.some(isControl)) return false;
  try {
    // The last character may be cut, which `stream` forgives.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function describeText(start) {
  const text = start.trimStart().toLowerCase();
  if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
    return {
      what: later("a web page"),
      advice: later("The link led to a page about the file: look for a link to the file itself."),
      sections: ["notModel"],
    };
  }
  return { what: text.startsWith("{") ? later("JSON, a text") : later("a text"), ...CHOOSE };
}
