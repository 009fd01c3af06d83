const CTRL_C = 0x03;

/** Keys are ours while an answer comes: Ctrl-C calls `stop`, and what else is typed is not put into the answer. */
export async function withStopKey<T>(input: NodeJS.ReadStream, stop: () => void, work: () => Promise<T>): Promise<T> {
  const onData = (keys: Buffer | string): void => {
    if (Buffer.from(keys).includes(CTRL_C)) stop();
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  try {
    return await work();
  } finally {
    input.off('data', onData);
    input.pause();
    input.setRawMode(false);
  }
}
