import type { GgufType } from '@ilab/core';
import { refusal } from '../refused.ts';
import { openTensors } from './open-tensors.ts';

/** The smallest type that holds every weight of a model as it is. */
export async function exactType(directory: string): Promise<GgufType> {
  try {
    await using tensors = await openTensors(directory, ['model.safetensors']);
    const types = new Set(tensors.all.filter(({ shape }) => shape.length > 1).map(({ dtype }) => dtype));
    const [only] = types;
    return types.size === 1 && (only === 'BF16' || only === 'F16') ? (only.toLowerCase() as 'bf16' | 'f16') : 'f32';
  } catch (error) {
    // Weights of other types are another converter's to read.
    if (refusal(error) !== undefined) return 'f32';
    throw error;
  }
}
