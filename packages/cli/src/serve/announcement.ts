import type { Gateway } from '@ilab/gateway';
import type { EnginePlan, RunningModelNames, RunningServer } from '@ilab/sdk';

/** What others of this user's are told of a server. */
export function announcement(
  { url }: Pick<Gateway, 'url'>,
  { plans, needsKey }: { readonly plans: readonly EnginePlan[]; readonly needsKey: boolean },
): RunningServer {
  return { url: reachable(url), since: new Date().toISOString(), needsKey, models: plans.flatMap(modelsOf) };
}

/** What was asked for is first: with adapters, the first of them. */
function modelsOf({ request: { model } }: EnginePlan): readonly RunningModelNames[] {
  const adapted = model.adapters.map(({ names, path }) => ({ names, paths: [model.path, path] }));
  return [...adapted, { names: model.names, paths: [model.path] }];
}

/** Every address of this machine is listened at, which is none to ask. */
function reachable(url: string): string {
  return url.replace(/^http:\/\/0\.0\.0\.0:/, 'http://127.0.0.1:').replace(/^http:\/\/\[::\]:/, 'http://[::1]:');
}
