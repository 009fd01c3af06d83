import { createIlab } from '@ilab/sdk';

// Fetches a model if it is not here, and says where it is.
export async function locate(reference: string): Promise<string> {
  await using ilab = await createIlab();
  const { path } = await ilab.models.resolve({ reference });
  return path;
}
