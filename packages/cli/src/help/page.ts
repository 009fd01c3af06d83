import { presentSteps, type StepToTake } from '../present/steps.ts';
import { wrap } from '../present/wrap.ts';

/** Words in a row are read best when they are not too many. */
const WIDEST = 80;

/** Something that is explained: paragraphs, and examples with what each means or does. */
export interface HelpPage {
  readonly summary: string;
  readonly parts: readonly (string | readonly StepToTake[])[];
  /** The page of the documents that has more. */
  readonly document: string;
}

/** A page as text of one column, which reads the same aloud. */
export function presentPage({ summary, parts, document }: HelpPage, columns: number): string {
  const width = Math.min(columns, WIDEST);
  const told = parts.map((part) => (typeof part === 'string' ? wrap(part, width).join('\n') : presentSteps(part, width)));
  return [wrap(summary, width).join('\n'), ...told, `More: ${document}`].join('\n\n');
}
