import { type Attachment, IlabError } from '@ilab/core';

const MOST = 64;
const LARGEST = 4 * 1024 * 1024;

/** What a plugin says is kept about a revision, within the bounds that it promised to keep. @throws IlabError E_REGISTRY */
export async function* checkedAttachments(attachments: AsyncIterable<unknown>): AsyncGenerator<Attachment> {
  let count = 0;
  for await (const one of attachments) {
    if (++count > MOST || !isAttachment(one)) {
      throw new IlabError('E_REGISTRY', 'What the source keeps about this model is too much, or is nothing that can be read.', {
        hint: 'Tell whoever wrote the plugin or runs the registry.',
        side: 'source',
      });
    }
    yield one;
  }
}

function isAttachment(value: unknown): value is Attachment {
  if (typeof value !== 'object' || value === null || !('name' in value && 'mediaType' in value && 'content' in value && 'annotations' in value)) return false;
  const { name, mediaType, content, annotations } = value;
  if (![name, mediaType].every((text) => typeof text === 'string' && text.length <= 1024)) return false;
  if (!(content instanceof Uint8Array) || content.length > LARGEST) return false;
  return typeof annotations === 'object' && annotations !== null && Object.values(annotations).every((text) => typeof text === 'string');
}
