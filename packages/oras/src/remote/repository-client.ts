import type { CallOptions, HttpRequest, HttpResponse, IlabError } from '@ilab/core/adapter';
import { malformed } from '../content/descriptor.ts';
import type { Access } from './access.ts';
import type { Authorizer } from './authorizer.ts';
import { nextPage } from './next-page.ts';
import { type Asked, registryError } from './registry-error.ts';
import type { UploadHabits } from './upload/upload-rules.ts';
import type { UploadSettings } from './upload/upload-settings.ts';

/** What the parts of a remote repository work with. */
export interface RepositoryClient extends Asked {
  /** The registry's base address. */
  readonly endpoint: string;
  /** `https://quay.io/v2/org/name`. */
  readonly base: string;
  readonly authorizer: Authorizer;
  /** What uploads to this registry have found out. */
  readonly habits: UploadHabits;
  readonly uploads: UploadSettings;
}

/** Of one list, and of all its pages together in bytes: what is listed is held in memory, as often as not. */
const MOST_PAGES = 1000;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a list page by page, on its own host and not without end (distribution spec, “Listing Tags”).
 * @throws IlabError as `registryError`; or `missing`, where there is no such list
 */
export async function* pagesOf(
  { authorizer, missing, ...asked }: Asked & { readonly authorizer: Authorizer; readonly missing?: () => IlabError },
  { access, ...first }: HttpRequest & { readonly access: Access },
  options: CallOptions,
): AsyncGenerator<HttpResponse> {
  let url: string | undefined = first.url;
  let bytes = 0;
  for (let page = 0; url !== undefined; page++) {
    if (page === MOST_PAGES) throw malformed(`a list has more than ${MOST_PAGES} pages`);
    const answer: HttpResponse = await authorizer.send({ ...first, url }, access, options);
    if (answer.status === 404 && missing) throw missing();
    if (answer.status !== 200) throw registryError(answer, asked, access.doing);
    bytes += answer.body.length;
    if (bytes > MOST_BYTES) throw malformed(`a list has more than ${MOST_BYTES} bytes`);
    yield answer;
    url = nextPage(answer.headers['link'], url);
  }
}
