import { IlabError } from '@ilab/core/adapter';

/** A tag (distribution spec, “Pulling manifests”), or one of the longer names that layouts may have (image spec, annotations.md). */
const NAME = /^\w[\w.:@+/-]{0,511}$/;

/**
 * Lets a name pass under which a manifest can be found again.
 * @throws IlabError E_BAD_REFERENCE
 */
export function checkName(name: string): string {
  if (NAME.test(name) && !/^[a-z0-9]+:[0-9a-f]{32,}$/.test(name)) return name;
  throw new IlabError('E_BAD_REFERENCE', `“${name.slice(0, 100)}” can’t be the name of a manifest.`, {
    hint: 'Names are letters, digits and . _ - : @ + /, and no digests.',
  });
}
