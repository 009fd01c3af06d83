import { IlabError } from '@ilab/sdk';
import { type Collection, collectionPath, readCollection } from './collection.ts';

/** The name that a collection has where nobody says. */
export const USUAL_COLLECTION = 'documents';

/** @throws IlabError E_NOT_FOUND where nothing was ingested; E_STORE for a file that is none */
export async function openCollection(dataDir: string, name: string = USUAL_COLLECTION): Promise<Collection> {
  const collection = await readCollection(collectionPath(dataDir, name));
  if (collection) return collection;
  throw new IlabError('E_NOT_FOUND', `There are no documents in “${name}”.`, { hint: 'Bring some: ilab rag ingest ./docs' });
}

export function otherModel(name: string, other: string): IlabError {
  return new IlabError('E_USAGE', `The documents were embedded with ${name}, and ${other} is ${name === other ? 'of another revision' : 'another model'}.`, {
    hint: 'Ingest them again with --replace, or leave out --embedding-model.',
  });
}
