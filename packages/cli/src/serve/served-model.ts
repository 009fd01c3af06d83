import type { ResolvedModel, RunningServer, Setting } from '@ilab/sdk';
import type { FoundModel } from '../engine/wanted-model.ts';

/** A model of a server that runs here. */
export interface ServedModel {
  readonly server: RunningServer;
  /** What it is called there. */
  readonly name: string;
}

/** What was typed before anything was looked for, and what is set. */
export interface Naming {
  readonly model: string | undefined;
  readonly adapter: string | undefined;
  readonly endpoint: string | undefined;
  readonly setting: Setting | undefined;
}

/** What is at the address that was typed; or, where nobody has chosen a model, what the youngest server was asked to serve. */
export function namedAmong(servers: readonly RunningServer[], { model, adapter, endpoint, setting }: Naming): ServedModel | undefined {
  if (endpoint !== undefined) return model === undefined ? undefined : servedAt(servers, endpoint, model);
  const isChosen = model !== undefined || adapter !== undefined || (setting !== undefined && setting.origin !== 'default');
  const [server] = servers;
  const name = server?.models[0]?.names[0];
  return !isChosen && server && name !== undefined ? { server, name } : undefined;
}

function servedAt(servers: readonly RunningServer[], address: string, name: string): ServedModel | undefined {
  const origin = URL.parse(address)?.origin;
  const server = servers.find(({ url }) => url === origin);
  return server?.models.some(({ names }) => names.includes(name)) ? { server, name } : undefined;
}

/** Exactly what was found: by its full name, and loaded from where that is now. A tag may have moved since the server began. */
export function foundAmong(servers: readonly RunningServer[], found: ReadonlyMap<string, FoundModel>): ServedModel | undefined {
  const [model, base, adapter] = ['model', 'base', 'adapter'].map((role) => resolved(found.get(role)));
  if (!model) return undefined;
  // An adapter as the model brings its base.
  const [below, upon] = base ? [base, model] : [model, adapter];
  const wanted = (upon ?? below).reference;
  const paths = [below, ...(upon ? [upon] : [])].map(({ path }) => path);
  for (const server of servers) {
    const same = server.models.find((served) => served.names[0] === wanted && served.paths.join('\n') === paths.join('\n'));
    if (same) return { server, name: wanted };
  }
  return undefined;
}

function resolved(model: FoundModel | undefined): ResolvedModel | undefined {
  return model !== undefined && 'steps' in model ? model : undefined;
}
