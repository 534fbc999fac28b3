/*
 * From a drawing to the input of the model. `scaleToOne(toField(drawing))` is what the function
 * `prepare` of the Keras chapter does in Python; a test compares them.
 *
 * The model has only seen digits of MNIST, so a drawing is brought into the same form, as the
 * makers of MNIST describe it: scaled to fit 20 x 20 pixels with its proportions kept, then
 * placed in a field of 28 x 28 so that its center of mass is in the middle: in pixel 14 of both
 * axes, counted from 0.
 * Y. LeCun, C. Cortes, C. Burges: The MNIST database; LeCun et al. (1998), Gradient-based
 * learning applied to document recognition.
 *
 * A picture is { values, height, width }: `values` row by row, 0 for blank, 255 for full ink.
 */

export const FIELD = 28;
const LONGER_SIDE = 20;
const FULL_INK = 255;

/**
 * Everything but the division: crop, scale, center.
 *
 * @param {{values: ArrayLike<number>, height: number, width: number}} drawing Ink from 0 to 255.
 * @returns {Float64Array | null} 784 numbers from 0 to 255; null when nothing is drawn.
 */
export function toField(drawing) {
  const ink = crop(drawing);
  return ink && center(shrink(ink));
}

/**
 * Divide by 255: the model was trained on numbers from 0 to 1.
 *
 * @param {ArrayLike<number>} field Numbers from 0 to 255.
 * @returns {Float32Array} As many numbers from 0 to 1.
 */
export function scaleToOne(field) {
  return Float32Array.from(field, (value) => value / FULL_INK);
}

// Cut out the smallest rectangle that holds all the ink; null without ink.
function crop({ values, height, width }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (values[row * width + column] === 0) continue;
      top = Math.min(top, row);
      bottom = row;
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
  }
  if (bottom < 0) return null;
  const cropped = blank(bottom - top + 1, right - left + 1);
  for (let row = 0; row < cropped.height; row += 1) {
    for (let column = 0; column < cropped.width; column += 1) {
      cropped.values[row * cropped.width + column] = values[(top + row) * width + left + column];
    }
  }
  return cropped;
}

// Scale so that the longer side is 20: each pixel becomes the average of the area it covers.
function shrink(picture) {
  const scale = LONGER_SIDE / Math.max(picture.height, picture.width);
  const height = Math.max(1, round(picture.height * scale));
  const width = Math.max(1, round(picture.width * scale));
  return shrinkColumns(shrinkRows(picture, height), width);
}

function shrinkRows(picture, height) {
  const shares = overlap(picture.height, height);
  const result = blank(height, picture.width);
  for (let target = 0; target < height; target += 1) {
    for (let source = 0; source < picture.height; source += 1) {
      const share = shares[target][source];
      if (share === 0) continue;
      for (let column = 0; column < picture.width; column += 1) {
        result.values[target * picture.width + column] +=
          share * picture.values[source * picture.width + column];
      }
    }
  }
  return result;
}

function shrinkColumns(picture, width) {
  return transpose(shrinkRows(transpose(picture), width));
}

function transpose({ values, height, width }) {
  const result = blank(width, height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      result.values[column * height + row] = values[row * width + column];
    }
  }
  return result;
}

/**
 * Shares by which source pixels make up target pixels when n pixels are scaled to m.
 *
 * @param {number} n Number of source pixels.
 * @param {number} m Number of target pixels.
 * @returns {Float64Array[]} m rows of n shares; each row sums to 1.
 */
export function overlap(n, m) {
  return Array.from({ length: m }, (_, target) => {
    const start = (target * n) / m;
    const end = ((target + 1) * n) / m;
    return Float64Array.from({ length: n }, (_, source) => {
      const covered = Math.min(end, source + 1) - Math.max(start, source);
      return (Math.max(covered, 0) * m) / n;
    });
  });
}

// Put the picture on a blank field, its center of mass as near to the middle as it fits.
function center(picture) {
  const [massRow, massColumn] = centerOfMass(picture);
  const top = firstPixel(massRow, picture.height);
  const left = firstPixel(massColumn, picture.width);
  const field = blank(FIELD, FIELD);
  for (let row = 0; row < picture.height; row += 1) {
    const values = picture.values.subarray(row * picture.width, (row + 1) * picture.width);
    field.values.set(values, (top + row) * FIELD + left);
  }
  return field.values;
}

function centerOfMass({ values, height, width }) {
  let [mass, rows, columns] = [0, 0, 0];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = values[row * width + column];
      mass += value;
      rows += value * (row + 0.5);
      columns += value * (column + 0.5);
    }
  }
  return [rows / mass, columns / mass];
}

function firstPixel(mass, length) {
  // The last bits depend on the order of the sum; unrounded, they would decide on a pixel.
  const middle = Math.round(mass * 1e6) / 1e6;
  return clamp(FIELD / 2 - Math.floor(middle), 0, FIELD - length);
}

function blank(height, width) {
  return { values: new Float64Array(height * width), height, width };
}

// Halves go up, as Math.round does, and as the chapter's floor(x + 0.5).
function round(value) {
  return Math.floor(value + 0.5);
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
