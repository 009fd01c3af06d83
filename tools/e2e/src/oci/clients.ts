import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../programs.ts';
import { mustRun } from '../run.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';

/** Who asks which registry, and how it is to be trusted. */
export interface ClientsOptions {
  readonly host: string;
  /** `user:password`. */
  readonly login?: string;
  /** A PEM file of the registry's authority; without it the registry speaks plain HTTP. */
  readonly authority?: string;
}

/** A user's machine with the tools that others wrote, all of them logged in by the same files. */
export interface Clients {
  readonly workspace: Workspace;
  oras(args: readonly string[], options?: { readonly cwd?: string }): Promise<string>;
  /** `docker://` and `oci:` as it names them. Nothing is packed anew on the way: layers of images would be compressed. */
  skopeoCopy(from: string, to: string): Promise<string>;
  modctl(args: readonly string[], options?: { readonly cwd?: string }): Promise<string>;
  kit(args: readonly string[], options?: { readonly cwd?: string }): Promise<string>;
}

export async function createClients({ host, login, authority }: ClientsOptions): Promise<Clients> {
  const workspace = await createWorkspace(authority === undefined ? {} : { SSL_CERT_FILE: authority, NODE_EXTRA_CA_CERTS: authority });
  const { home, env } = workspace;
  if (login !== undefined) {
    mkdirSync(join(home, '.docker'));
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { [host]: { auth: Buffer.from(login).toString('base64') } } }));
  }
  const plain = authority === undefined ? ['--plain-http'] : [];
  const program = (name: string): string => findProgram(name) ?? name;
  return {
    workspace,
    oras: ([command = '', ...args], { cwd = home } = {}) => mustRun(program('oras'), [command, ...plain, ...args], { cwd, env }),
    skopeoCopy(from, to) {
      const tls = authority === undefined ? ['--src-tls-verify=false', '--dest-tls-verify=false'] : [];
      // Where it keeps what it is told to trust is the system's, and may not be there.
      const policy = join(home, 'policy.json');
      writeFileSync(policy, '{"default": [{"type": "insecureAcceptAnything"}]}');
      return mustRun(program('skopeo'), ['--policy', policy, '--tmpdir', home, 'copy', '--preserve-digests', ...tls, from, to], { cwd: home, env });
    },
    kit: ([command = '', ...args], { cwd = home } = {}) => mustRun(program('kit'), [command, ...(command === 'push' ? plain : []), ...args], { cwd, env }),
    modctl: ([command = '', ...args], { cwd = home } = {}) =>
      mustRun(
        program('modctl'),
        [command, ...(command === 'pull' || command === 'push' ? plain : []), '--no-progress', `--storage-dir=${home}/.modctl`, ...args],
        { cwd, env },
      ),
  };
}
