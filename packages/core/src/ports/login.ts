/** A credential as the user gives it. */
export interface LoginRequest {
  /** As references name it. */
  readonly host: string;
  /** Where the registry asks for one. */
  readonly username?: string;
  /** A token or a password. */
  readonly secret: string;
}

/** A credential that was checked and kept. Plain data, and nothing of the secret. */
export interface Login {
  /** Who the host says it is. */
  readonly user: string;
  /** Where it is kept: a file, or a helper's name. */
  readonly place: string;
  /** What the user should know, for example that an environment variable wins. */
  readonly notices: readonly string[];
}

/** What came of taking a credential away. Plain data. */
export interface Logout {
  /** What it was taken out of; none where there was nothing. */
  readonly places: readonly string[];
  /** What the user should know, for example that another place still has one; none as a rule. */
  readonly notices: readonly string[];
}
