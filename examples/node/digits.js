// The shortest program: one image of a digit, as 784 numbers in image.json.
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-node";

const session = await ort.InferenceSession.create("digits.onnx");
const pixels = JSON.parse(await readFile("image.json", "utf-8"));
const image = new ort.Tensor("float32", pixels, [1, 28, 28]);
const { probabilities } = await session.run({ image });
console.log(JSON.stringify([...probabilities.data]));
