/*
 * ONNX Runtime for the browser, loaded when a page asks for it.
 *
 *     const ort = await loadRuntime(({ loaded, total }) => ...);
 *     const session = await ort.InferenceSession.create(bytes);
 *
 * Import this file with `await import(...)` when the reader starts something, so that
 * a page that is only read does not load it. It works in a page and in a worker. A second call
 * gets the runtime of the first one; after a failure it tries again.
 */

import { say } from "./messages.js";

// Compressed by the build, because few hosts compress WebAssembly: 3.7 MB instead of 14 MB.
const BINARY = new URL("ort-wasm-simd-threaded.wasm.gz", import.meta.url);

const GZIP_START = [0x1f, 0x8b];
const WASM_START = [0x00, 0x61, 0x73, 0x6d];

// The smallest module with a SIMD instruction, to ask the browser whether it knows them.
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253,
  15, 253, 98, 11,
]);

let runtime = null;

/**
 * Download and set up onnxruntime-web: WebAssembly, one thread, no request to another host.
 *
 * @param {(progress: {loaded: number, total: number | null}) => void} [onProgress] Told the bytes
 *   of the download as they arrive; `total` is null where the host does not say it.
 * @returns {Promise<typeof import("onnxruntime-web")>} The module: `InferenceSession` and so on.
 * @throws {Error} With a sentence for the reader: what is missing or failed, and what to do.
 */
export async function loadRuntime(onProgress = () => {}) {
  runtime ??= load(onProgress);
  try {
    return await runtime;
  } catch (error) {
    runtime = null;
    throw error;
  }
}

async function load(onProgress) {
  checkBrowser();
  const [ort, binary] = await Promise.all([
    import("onnxruntime-web/wasm").catch(failedDownload),
    download(BINARY, onProgress).then(unpack).catch(failedDownload),
  ]);
  // Threads need headers that few static hosts send.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = binary;
  // What goes wrong is thrown as an error; the log would repeat it in the console.
  ort.env.logLevel = "fatal";
  return ort;
}

function checkBrowser() {
  if (globalThis.location?.protocol === "file:") {
    throw new Error(
      say(
        "Browsers do not load models into pages that are opened from disk. Serve the folder, for " +
          "example with python -m http.server, and open the address that it prints.",
      ),
    );
  }
  if (typeof WebAssembly !== "object") {
    throw new Error(
      say(
        "ONNX Runtime needs WebAssembly, and this browser has none or has it switched off. " +
          "Allow it in the settings, or use another browser.",
      ),
    );
  }
  if (!WebAssembly.validate(SIMD_MODULE) || typeof DecompressionStream !== "function") {
    throw new Error(
      say(
        "This browser is too old for ONNX Runtime: it lacks WebAssembly SIMD or " +
          "DecompressionStream. Use Chrome 110, Firefox 115, Safari 16.4 or newer.",
      ),
    );
  }
}

async function download(url, onProgress) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  // Where the host unpacks on the way, its length is not that of the bytes that arrive here.
  const length = response.headers.has("Content-Encoding")
    ? 0
    : Number(response.headers.get("Content-Length"));
  const chunks = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    chunks.push(value);
    loaded += value.length;
    onProgress({ loaded, total: length || null });
  }
}

// Some hosts unpack on the way, so the first bytes decide, not the name of the file.
async function unpack(blob) {
  const stream = (await startsWith(blob, GZIP_START))
    ? blob.stream().pipeThrough(new DecompressionStream("gzip"))
    : blob.stream();
  const binary = await new Response(stream).blob();
  if (!(await startsWith(binary, WASM_START))) throw new Error("this is not WebAssembly");
  return new Uint8Array(await binary.arrayBuffer());
}

async function startsWith(blob, bytes) {
  const start = new Uint8Array(await blob.slice(0, bytes.length).arrayBuffer());
  return bytes.every((byte, i) => byte === start[i]);
}

function failedDownload(cause) {
  throw new Error(
    say("The download of ONNX Runtime failed. Check the connection, and press the button again."),
    { cause },
  );
}
