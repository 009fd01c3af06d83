import { shorten } from '../json-cursor.ts';
import type { Malformed } from '../malformed.ts';
import type { SafetensorsTensor } from './read-tensor.ts';

/** Where tensor data is: its length, and the file’s byte at which it starts. */
export interface DataPart {
  readonly length: number;
  readonly dataStart: number;
  readonly fail: Malformed;
}

/**
 * Checks that tensors cover the data without gap or overlap, to the file’s end: what lies between tensors could be another file’s
 * content, and is nobody’s weights.
 */
export function checkTiling(tensors: readonly SafetensorsTensor[], { length, dataStart, fail }: DataPart): void {
  let end = 0;
  for (const tensor of tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== end) throw fail(`${shorten(tensor.name)} starts at ${tensor.begin} of the data, where ${end} is next`, dataStart + end);
    if (tensor.end > length)
      throw fail(`${shorten(tensor.name)} ends at ${tensor.end} of the data, and the file has ${length} bytes of it`, dataStart + length);
    end = tensor.end;
  }
  if (end !== length) throw fail(`the tensors end at ${end} of the data, and the file has ${length} bytes of it`, dataStart + end);
}
