import type { CallOptions } from './call-options.ts';

/** What a registry wants to know who is asking. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A token sent as `Authorization: Bearer`. */
  | { readonly kind: 'token'; readonly token: string }
  /** An OAuth2 refresh token (Docker's identity token), to be exchanged. */
  | { readonly kind: 'identity'; readonly token: string };

/** Credentials of this user. Implementers MUST match the host exactly, port included, and never log a secret. */
export interface Credentials {
  /** @returns undefined when there are none: the request is then anonymous. */
  find(host: string, options: CallOptions & { readonly repository?: string }): Promise<Credential | undefined>;
}
