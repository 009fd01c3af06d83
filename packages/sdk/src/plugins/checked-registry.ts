import { checkRemoteSnapshot, type Registry } from '@ilab/core';
import { checkedAttachments } from './checked-attachments.ts';

/** A plugin's registry, with every answer of it checked: nothing becomes a path or a request that did not pass here. */
export function checkedRegistry(registry: Registry): Registry {
  const given = registry.attachments?.bind(registry);
  const attachments: Registry['attachments'] = given && ((id, options) => checkedAttachments(given(id, options)));
  return {
    source: registry.source,
    capabilities: registry.capabilities,
    resolve: async (reference, options) => checkRemoteSnapshot(await registry.resolve(reference, options)),
    locate: (request, options) => registry.locate(request, options),
    ...(registry.versions && { versions: registry.versions.bind(registry) }),
    ...(registry.revision && { revision: registry.revision.bind(registry) }),
    ...(registry.holds && { holds: registry.holds.bind(registry) }),
    ...(registry.upload && { upload: registry.upload.bind(registry) }),
    ...(registry.copy && { copy: registry.copy.bind(registry) }),
    ...(registry.login && { login: registry.login.bind(registry) }),
    ...(registry.logout && { logout: registry.logout.bind(registry) }),
    ...(attachments && { attachments }),
    ...(registry.deliver && { deliver: registry.deliver.bind(registry) }),
  };
}
