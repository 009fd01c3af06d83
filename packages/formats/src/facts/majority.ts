/** What most elements are stored as. */
export function majority<T extends { readonly elements: number }>(tensors: readonly T[], typeOf: (tensor: T) => string): string | undefined {
  const sums = new Map<string, number>();
  for (const tensor of tensors) sums.set(typeOf(tensor), (sums.get(typeOf(tensor)) ?? 0) + tensor.elements);
  return [...sums].reduce<readonly [string | undefined, number]>((best, [type, sum]) => (sum > best[1] ? [type, sum] : best), [undefined, 0])[0];
}

/** Elements of all tensors together. */
export function total(tensors: readonly { readonly elements: number }[]): number | undefined {
  const sum = tensors.reduce((all, { elements }) => all + elements, 0);
  return sum > 0 && Number.isSafeInteger(sum) ? sum : undefined;
}
