import { isEntry, isListOf } from '../plugins/values.ts';

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const MOST_TYPES = 16;
const LONGEST_SUMMARY = 300;

/** What is wrong with the metadata of a verifier of signatures; undefined when nothing is. */
export function verifierProblem({ verifier, entry, summary, mediaTypes = [] }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof verifier !== 'string' || !NAME.test(verifier)) return '“verifier” is no name';
  if (!isEntry(entry)) return `“entry” of ${verifier} is no module inside the package`;
  if (typeof summary !== 'string' || summary.length > LONGEST_SUMMARY || /\p{C}/u.test(summary)) return `“summary” of ${verifier} is no text`;
  const isList = isListOf(mediaTypes, MEDIA_TYPE) && (mediaTypes as readonly unknown[]).length <= MOST_TYPES;
  return isList ? undefined : `“mediaTypes” of ${verifier} is no list of up to ${MOST_TYPES} media types`;
}
