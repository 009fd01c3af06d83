import { connect } from 'node:net';
import type { CallOptions, Check, Finding, ModelSettings } from '@ilab/core';
import type { CarrierManifest } from '@ilab/plugin-api';
import { type Carrier, openCarriers } from '../carriers/open-carriers.ts';

/** How long a daemon has to take a connection, in milliseconds. */
const PATIENCE = 3000;

export interface CarrierCheckDeps {
  readonly carriers: readonly CarrierManifest[];
  readonly settings: Pick<ModelSettings, 'carriers' | 'offline'>;
}

/** Whether somebody is there at the addresses of carriers. Nothing is asked: a daemon would pass it on. */
export function checkCarriers({ carriers, settings }: CarrierCheckDeps): Check {
  return {
    name: 'carriers',
    run: async (options) => (settings.offline ? [] : Promise.all(openCarriers(carriers, settings.carriers).map((carrier) => look(carrier, options)))),
  };
}

async function look({ name, address, trustedHosts }: Carrier, options: CallOptions): Promise<Finding> {
  const check = `carrier ${name}`;
  const trusted = trustedHosts.length === 0 ? 'no credentials' : `credentials of ${trustedHosts.join(', ')}`;
  if (await takesConnections(new URL(address), options)) return { check, state: 'ok', message: `Files come through ${address}, with ${trusted}.` };
  return {
    check,
    state: 'warning',
    message: `Nobody is there at ${address}: files come from where they are.`,
    advice: `Start the daemon, say where it is (models.carriers.${name}.address), or take the plugin away.`,
  };
}

function takesConnections({ hostname, port, protocol }: URL, { signal }: CallOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(PATIENCE);
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)), signal: signal ? AbortSignal.any([signal, limit]) : limit });
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => (signal?.aborted ? reject(signal.reason as Error) : resolve(false)));
  });
}
