import { IlabError } from '@ilab/plugin-api';

const COMMIT = /^[0-9a-f]{40}$/;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether text is a whole commit SHA. */
export function isCommit(value: unknown): value is string {
  return typeof value === 'string' && COMMIT.test(value);
}

/** The error for an answer that does not have the shape the Hub's API promises. */
export function malformed(what: string): IlabError {
  return new IlabError('E_REGISTRY', `The Hub's answer makes no sense: ${what}.`, {
    hint: 'If this host is no Hugging Face Hub, correct HF_ENDPOINT or `models.registries` in the configuration.',
  });
}
