/*
 * Sections of the book that messages link to, by the chapter's file and the section's heading.
 */

const ONNX = "01-what-is-onnx";
const KERAS = "02-keras-to-onnx";
const SKLEARN = "03-sklearn-to-onnx";
const PITFALLS = "04-inference-pitfalls";

export const SECTIONS = {
  batch: [PITFALLS, "A batch of 2 fails"],
  broken: [PITFALLS, "The graph was edited and is no longer valid"],
  captured: [PITFALLS, "Constants became inputs"],
  dict: [PITFALLS, "A dict is not a row of probabilities"],
  domains: [ONNX, "Domains"],
  double: [PITFALLS, "float64 meets float32"],
  external: [PITFALLS, "The external data is missing, moved or cut"],
  externalPath: [ONNX, "External data: a file that reads other files"],
  ir: [PITFALLS, "The IR version is newer than the runtime"],
  kerasPath: [KERAS, "The shortest path"],
  loop: [PITFALLS, "A Loop where an LSTM was meant"],
  loopReason: [KERAS, "Why a GRU looks different"],
  names: [KERAS, "Good names and a dynamic batch"],
  notModel: [PITFALLS, "The file is not the model"],
  operator: [PITFALLS, "The runtime lacks an operator"],
  opset: [PITFALLS, "The opset is newer than the runtime"],
  parity: [KERAS, "Check that the answers are the same"],
  shape: [PITFALLS, "Shapes collide inside the model"],
  sklearnPath: [SKLEARN, "The shortest path"],
  smallFile: [ONNX, "A small file that asks for a lot"],
  zipmap: [SKLEARN, "ZipMap: probabilities as dictionaries"],
};

/**
 * Where a section is.
 *
 * @param {string} key A key of SECTIONS.
 * @returns {{title: string, address: string}} The address is relative to the site's root.
 */
export function section(key) {
  const [chapter, title] = SECTIONS[key];
  const anchor = title.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");
  return { title, address: `chapters/${chapter}.html#${anchor}` };
}
