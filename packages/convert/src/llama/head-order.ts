/**
 * Puts the rows of whole heads into llama.cpp's order. transformers rotates the first half of a head against the second, llama.cpp
 * neighbours: row `k * d/2 + i` of a head becomes row `2 * i + k`. Without it a model loads, and talks nonsense.
 */
export function inHeadOrder(values: Float32Array, { headRows, columns }: { readonly headRows: number; readonly columns: number }): Float32Array {
  const ordered = new Float32Array(values.length);
  const half = headRows / 2;
  for (let row = 0; row * columns < values.length; row++) {
    const head = Math.floor(row / headRows);
    const inside = row - head * headRows;
    const target = head * headRows + (inside < half ? 2 * inside : 2 * (inside - half) + 1);
    ordered.set(values.subarray(row * columns, (row + 1) * columns), target * columns);
  }
  return ordered;
}
