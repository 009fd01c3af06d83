import { Socket } from 'node:net';

type Permission = { drop(scope: 'net'): void; has(scope: 'net'): boolean };

/**
 * The channel to the host. Newer versions of Node count a socket that is there to the network, which the host allows for that alone: it is given back here,
 * before any code of a plugin is loaded.
 */
export function openChannel(): Socket {
  const channel = new Socket({ fd: 3 });
  if (process.execArgv.includes('--allow-net')) {
    const permission = process.permission as unknown as Permission;
    permission.drop('net');
    if (permission.has('net')) throw new Error('The network can’t be given back.');
  }
  return channel;
}
