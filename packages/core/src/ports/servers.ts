import type { CallOptions } from './call-options.ts';

/** A model that a server has. */
export interface RunningModelNames {
  /** Names under which it is asked for; the canonical one first. Never empty. */
  readonly names: readonly string[];
  /** Real paths of what was loaded: of the model, then of the adapter on it, where there is one. A name can move on, and these do not. */
  readonly paths: readonly string[];
}

/** A server of this user's, as others can use it. There is no key in it. */
export interface RunningServer {
  /** Where this machine reaches it, without a path: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** When it began to listen, as ISO 8601. */
  readonly since: string;
  /** Whether it lets in only who has its key. */
  readonly needsKey: boolean;
  /** What was asked for first comes first. */
  readonly models: readonly RunningModelNames[];
}

/** Which servers of this user's run on this machine. */
export interface Servers {
  /**
   * Tells others of one of this process's. It is no more than a help, so that nothing fails where it can't be written.
   * Implementers MUST let it be void as soon as the process is dead, however it died.
   * @returns what takes it back
   */
  announce(server: RunningServer, options: CallOptions): Promise<{ end(): Promise<void> }>;
  /** Those whose process lives, the youngest first. */
  list(options: CallOptions): Promise<readonly RunningServer[]>;
}
