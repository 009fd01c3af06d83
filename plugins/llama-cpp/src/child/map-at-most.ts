/** As `Promise.all(items.map(work))`, with no more than `most` under way; after one that fails none is begun. */
export async function mapAtMost<T, R>(items: readonly T[], most: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = [...items.entries()].reverse();
  const takeNext = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [index, item] = next;
      results[index] = await work(item, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: most }, takeNext));
  } finally {
    left.length = 0;
  }
  return results;
}
