import { expect, it } from 'vitest';
import { modelNames } from '../src/completion/model-names.ts';

const models = [
  { reference: 'quay.io/ai-lab/models/granite:v1', repository: 'ai-lab/models/granite' },
  { reference: 'quay.io/ai-lab/models/granite:v2', repository: 'ai-lab/models/granite' },
  { reference: 'quay.io/ai-lab/models/granite@sha256:00', repository: 'ai-lab/models/granite' },
  { reference: 'huggingface.co/org/granite@Q4_0', repository: 'org/granite' },
  { reference: 'granite-old.gguf' },
];
const starting = (typed: string) => [...new Set(modelNames(typed, models))].filter((name) => name.startsWith(typed)).sort();

it('are canonical where nothing is typed', () => {
  expect(starting('')).toEqual(models.map(({ reference }) => reference).sort());
});

it('are also trailing parts of repositories', () => {
  expect(starting('gran')).toEqual(['granite', 'granite-old.gguf', 'granite:v1', 'granite:v2', 'granite@Q4_0', 'granite@sha256:00']);
  expect(starting('models/')).toEqual(['models/granite', 'models/granite:v1', 'models/granite:v2', 'models/granite@sha256:00']);
  expect(starting('o')).toEqual(['org/granite', 'org/granite@Q4_0']);
  expect(starting('quay.io/')).toHaveLength(3);
});

it('have their versions after a colon, and what is no version after an at sign', () => {
  expect(starting('granite:')).toEqual(['granite:v1', 'granite:v2']);
  expect(starting('models/granite:v1')).toEqual(['models/granite:v1']);
  expect(starting('granite@')).toEqual(['granite@Q4_0', 'granite@sha256:00']);
  expect(starting('quay.io/ai-lab/models/granite:')).toEqual(['quay.io/ai-lab/models/granite:v1', 'quay.io/ai-lab/models/granite:v2']);
});

it('are none where a path is typed', () => {
  for (const typed of ['.', './g', '../', '/', '~', '~/g', 'file:']) expect(starting(typed)).toEqual([]);
});
