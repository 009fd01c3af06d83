/**
 * One verifier of signatures that a plugin brings. It does nothing until a policy of the user's names it, with the signers that count;
 * then its code runs in a process of its own, with no network of the host's, no environment, and no file but what lies in the `node_modules` that it was installed in. One that is linked can read everything.
 */
export interface VerifierManifest {
  /** As `models.signatures[].verifiers[].verifier` in the configuration takes it: lower-case letters, digits and hyphens. It belongs to the package that had it first. */
  readonly verifier: string;
  /** The module that exports the plugin as default, relative to the package and inside it. */
  readonly entry: string;
  /** One line for people, without control characters. */
  readonly summary: string;
  /**
   * Kinds of attachments beside a revision that it reads, up to 16, as a registry calls them: `application/vnd.example.signature.v1+json`. Registries are asked for
   * them where a policy names the verifier. Default none: then it sees the model's own `model.sig` alone.
   */
  readonly mediaTypes?: readonly string[];
}
