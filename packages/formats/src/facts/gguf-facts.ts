import type { ModelFacts } from '@ilab/core/adapter';
import { fileTypeName } from '../gguf/file-types.ts';
import type { GgufHeader } from '../gguf/read-gguf.ts';
import { majority, total } from './majority.ts';
import { count, known, label, sha256 } from './text.ts';

/** Which part of a split set a file is, counted from 0. */
export interface GgufSplit {
  readonly number: number;
  readonly count: number;
}

/** What the headers of a GGUF model tell: of its one file, or of a split set in order, whose first file has the metadata. */
export function ggufFacts(headers: readonly GgufHeader[]): ModelFacts {
  const [first] = headers;
  if (!first) return {};
  const value = (key: string): unknown => first.metadata.get(key)?.value;
  const architecture = label(value('general.architecture'));
  const tensors = headers.flatMap((header) => header.tensors);
  const fileType = value('general.file_type');
  const template = value('tokenizer.chat_template');
  return known<ModelFacts>({
    architecture,
    parameters: (ggufSplit(first)?.count ?? 1) > headers.length ? undefined : total(tensors),
    quantisation: (typeof fileType === 'number' ? fileTypeName(fileType) : undefined) ?? majority(tensors, ({ type }) => type),
    contextLength: architecture === undefined ? undefined : count(value(`${architecture}.context_length`)),
    licence: label(value('general.license')),
    chatTemplate: typeof template === 'string' ? sha256(template) : undefined,
    base: isGgufAdapter(first) ? baseOf(value) : undefined,
  });
}

/** Whether a GGUF holds a LoRA adapter and no model. */
export function isGgufAdapter({ metadata }: GgufHeader): boolean {
  return metadata.get('general.type')?.value === 'adapter';
}

/** What a file says of its place in a split set; undefined when it says nothing. */
export function ggufSplit({ metadata }: GgufHeader): GgufSplit | undefined {
  const number = metadata.get('split.no')?.value;
  const parts = count(metadata.get('split.count')?.value);
  return typeof number === 'number' && parts !== undefined ? { number, count: parts } : undefined;
}

function baseOf(value: (key: string) => unknown): string | undefined {
  const repository = label(value('general.base_model.0.repo_url'))?.replace(/^https:\/\/huggingface\.co\//, '');
  return repository ?? label(value('general.base_model.0.name'));
}
