import type { Ilab, ModelRow } from '@ilab/sdk';

/** What there is so far, as far as it decides what somebody does next. */
export interface Situation {
  readonly models: number;
  readonly adapters: number;
  readonly checkpoints: number;
  readonly broken: number;
  /** Bytes on disk. */
  readonly size: number;
  /** What a chat would begin with: the model that is set, where it is here, else the one that came last. */
  readonly model?: Pick<ModelRow, 'reference' | 'format'>;
  /** Whether `model` is what commands take where none is named. */
  readonly isDefault: boolean;
  /** The model that commands take where none is named. */
  readonly defaultModel?: string;
  /** An engine that would have to be installed to run `model`. */
  readonly lacksEngine?: string;
  /** The version of a configuration file that is of an older one. */
  readonly olderConfig?: string;
  /** A server that runs: where, and what its model is called there. */
  readonly server?: { readonly url: string; readonly model: string };
}

/** Looks at the disk only. */
export async function lookAround({ models, engines, servers, config }: Ilab, options: { readonly signal: AbortSignal }): Promise<Situation> {
  const list = await models.list(options);
  const { value } = config.get('chat.model') ?? {};
  const defaultModel = typeof value === 'string' ? value : undefined;
  const isHere = defaultModel === undefined ? undefined : await models.resolve({ reference: defaultModel, pull: 'never' }, options).catch(() => undefined);
  const [latest] = list.models.filter(({ incomplete }) => !incomplete).sort((a, b) => (a.modified < b.modified ? 1 : -1));
  const model = isHere ?? latest;
  const able = (await engines.list()).filter(({ formats }) => model !== undefined && formats.includes(model.format));
  const lacking = able.some(({ state }) => state === 'ready') ? undefined : able.find(({ state }) => state === 'missing' || state === 'incomplete');
  const { conversion } = config.show().file;
  const [running] = await servers.list(options);
  const served = running?.models[0]?.names[0];
  return {
    models: list.models.length,
    adapters: list.adapters.length,
    checkpoints: list.checkpoints.length,
    broken: list.broken.length,
    size: list.disk.size,
    ...(model && { model: { reference: model.reference, format: model.format } }),
    isDefault: isHere !== undefined,
    ...(defaultModel !== undefined && { defaultModel }),
    ...(lacking && { lacksEngine: lacking.engine }),
    ...(conversion && { olderConfig: conversion.from }),
    ...(running && served !== undefined && { server: { url: running.url, model: served } }),
  };
}
