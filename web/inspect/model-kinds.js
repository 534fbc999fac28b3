/*
 * What a file that is not ONNX looks like, by its first bytes.
 */

const CHOOSE = { advice: "Choose the .onnx file.", sections: [] };
const UNPACK = { advice: "Unpack it first.", sections: [] };
const KERAS = {
  advice: "Convert the Keras model first; the Keras lesson shows how.",
  sections: ["kerasPath"],
};
const PICKLE = {
  what: "a pickle",
  advice:
    "A pickle is a program, and this page does not run it. Convert the model first, on the " +
    "machine that trained it; the scikit-learn lesson shows how.",
  sections: ["sklearnPath"],
};

// The first row whose mark stands at its place says what the file is.
const MARKS = [
  {
    mark: "version https://git-lfs",
    what: "a Git LFS pointer, which stands in for the model",
    advice: "Fetch the content: git lfs pull",
    sections: ["notModel"],
  },
  {
    mark: "PK\x03\x04",
    what: "a zip archive, as .keras models, .npz arrays and PyTorch checkpoints are",
    advice: "Convert the model first. If a model is packed inside, unpack it.",
    sections: ["kerasPath"],
  },
  { mark: "\x89HDF\r\n", what: "an HDF5 file, as .h5 models of Keras are", ...KERAS },
  { mark: "TFL3", at: 4, what: "a TensorFlow Lite model", ...KERAS },
  { mark: "ORTM", at: 4, what: "a model in the ORT format of ONNX Runtime", ...CHOOSE },
  { mark: "\x80\x02", ...PICKLE },
  { mark: "\x80\x03", ...PICKLE },
  { mark: "\x80\x04", ...PICKLE },
  { mark: "\x80\x05", ...PICKLE },
  { mark: "\x89PNG", what: "a PNG picture", ...CHOOSE },
  { mark: "\xff\xd8\xff", what: "a JPEG picture", ...CHOOSE },
  { mark: "GIF8", what: "a GIF picture", ...CHOOSE },
  { mark: "%PDF", what: "a PDF document", ...CHOOSE },
  { mark: "\x93NUMPY", what: "a NumPy array", ...CHOOSE },
  { mark: "GGUF", what: "a GGUF model, the format of llama.cpp", ...CHOOSE },
  { mark: '{"', at: 8, what: "a safetensors file, which holds weights and no graph", ...CHOOSE },
  { mark: "\x1f\x8b", what: "a gzip archive", ...UNPACK },
  { mark: "7z\xbc\xaf", what: "a 7-Zip archive", ...UNPACK },
  { mark: "ustar", at: 257, what: "a tar archive", ...UNPACK },
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
  return found ?? (isText(head) ? describeText(start) : null);
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
      what: "a web page",
      advice: "The link led to a page about the file: look for a link to the file itself.",
      sections: ["notModel"],
    };
  }
  return { what: text.startsWith("{") ? "JSON, a text" : "a text", ...CHOOSE };
}
