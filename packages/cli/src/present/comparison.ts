import { cleanText } from '../chat/text/clean-text.ts';
import { colors } from './colors.ts';

/** A prompt, and what each model said to it, in the order of the models. */
export interface ComparedAnswers {
  readonly prompt: string;
  readonly answers: readonly string[];
}

/** Answers under each other, as they are too long to stand beside each other; equal ones are said once. */
export function presentComparison(models: readonly string[], compared: readonly ComparedAnswers[]): string {
  const { bold, dim } = colors(process.stdout);
  const differ = compared.filter(({ answers }) => new Set(answers).size > 1).length;
  const parts = compared.map(({ prompt, answers }) => {
    const same = new Set(answers).size === 1;
    const shown = same ? [['both', answers[0] ?? ''] as const] : answers.map((answer, index) => [models[index] ?? '', answer] as const);
    return [bold(cleanText(prompt)), ...shown.map(([who, answer]) => `${dim(`${who}:`)}\n${cleanText(answer).trim()}`)].join('\n');
  });
  return `${parts.join('\n\n')}\n\n${differ} of ${compared.length} answers differ.`;
}
