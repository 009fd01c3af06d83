/** Asks a part of a plugin one thing, and closes it. @returns what it answered, or what was thrown */
export async function askOnce<Part extends { close(): void }>(opening: Promise<Part>, ask: (part: Part) => Promise<unknown>): Promise<unknown> {
  try {
    return await ask(await opening);
  } catch (error) {
    return error;
  } finally {
    await opening.then(
      (part) => part.close(),
      () => undefined,
    );
  }
}
