import { IlabError } from '../../errors/ilab-error.ts';
import { type KubernetesFlavour, WITH_SERVER } from './manifests.ts';

/** `host/repository@sha256:…`, with a tag or without: Docker’s short names mean something else to other tools. */
const IMAGE = /^(?=.{1,512}$)[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._-]+)+(?::[\w.-]{1,128})?@sha256:[0-9a-f]{64}$/;

/**
 * The image of the server, where the flavour has one. Which one is there tomorrow under a tag nobody knows, so none is made up here.
 * @returns an empty text where it is not needed
 * @throws IlabError E_USAGE for none, for one without its digest, and for one that nothing would use
 */
export function checkServer(server: string | undefined, flavour: KubernetesFlavour): string {
  const isNeeded = WITH_SERVER.includes(flavour);
  if (!isNeeded && server === undefined) return '';
  if (!isNeeded)
    throw new IlabError('E_USAGE', `With --flavour ${flavour} KServe chooses the server, and --image is used by nothing.`, { hint: 'Leave it out.' });
  if (server !== undefined && IMAGE.test(server)) return server;
  const what = server === undefined ? 'No image of a server is named' : `“${server}” is no image with its digest`;
  throw new IlabError('E_USAGE', `${what}, and manifests pin what they run.`, {
    hint: 'Name vLLM’s: --image docker.io/vllm/vllm-openai@sha256:… The digest of a tag: docker buildx imagetools inspect docker.io/vllm/vllm-openai:latest',
  });
}
