import type { Attachment } from '../model/signature.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { RemoteBlob, RemoteSnapshot, RemoteVersion, RepositoryId, SnapshotId } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';
import type { CopyRequest, CopyResult } from './copy.ts';
import type { Login, LoginRequest, Logout } from './login.ts';
import type { UploadOptions, UploadRequest, UploadResult } from './upload.ts';
import type { DeliveryRequest } from './delivery.ts';

/** What a registry can do beside `resolve` and `locate`; declared, and true to the methods that are there. */
export interface RegistryCapabilities {
  /** Whether `versions` is there. */
  readonly versions: boolean;
  /** Whether `holds` is there; absent: no. */
  readonly history?: boolean;
  /** Whether `upload` is there, and what it can do beside; absent: no. */
  readonly upload?: UploadCapabilities;
  /** Whether `copy` is there; absent: no. */
  readonly copy?: boolean;
  /** Whether `login` and `logout` are there; absent: no. */
  readonly login?: { /** Whether a credential is a name and a password, and not a token alone. */ readonly username: boolean };
  /** Whether `deliver` is there; absent: no. */
  readonly delivery?: boolean;
  /** Whether `attachments` is there; absent: no. */
  readonly attachments?: boolean;
  /** Whether `revision` is there; absent: no. */
  readonly revision?: boolean;
}

/** What uploads of a registry can be. */
export interface UploadCapabilities {
  /** Whether an upload can be proposed instead of made: `UploadRequest.createPullRequest`. */
  readonly pullRequests: boolean;
  /** Ways in which files can be packed, the default first; absent: files stay files. */
  readonly formats?: readonly string[];
  /** Whether a repository comes by being uploaded to: then there is none to make, and nothing to say of who may see it. Absent: no. */
  readonly implicitRepositories?: boolean;
}

/** Where a blob can be fetched from, for a while. */
export interface BlobLocation {
  /** `https:` or `http:`, without a user and a password. */
  readonly url: string;
  /** Sent to exactly the origin of `url`, and never on to where it redirects. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; the caller locates again when it has passed, or on 401 and 403. */
  readonly expires?: number;
  /** Whether another place is known, in case this one does not bring it: see {@link LocateOptions}. */
  readonly more?: boolean;
}

/** A place that did not bring a blob. */
export interface FailedLocation {
  /** The location's, whatever it redirected to. */
  readonly url: string;
  /** Why it did not bring it. */
  readonly code: ErrorCode;
}

/** How `locate` is asked. */
export interface LocateOptions extends CallOptions {
  /** Places that were named and did not bring it: implementers that said `more` MUST name another. */
  readonly failed?: readonly FailedLocation[];
}

/**
 * One kind of source. It says what there is and where; it never downloads: resume, parallel ranges, retries, rate limits,
 * redirects, hashing and progress belong to {@link Transfer}, also where `deliver` knows a shorter way. Results MUST be plain data that can be cloned.
 */
export interface Registry {
  /** The source's name, as in its manifest: `hf`, `oci`. */
  readonly source: string;
  /** What it can do beside. The caller looks here and nowhere else; where it doesn’t agree with the methods, the plugin is broken. */
  readonly capabilities: RegistryCapabilities;

  /**
   * Asks where the reference points now. Implementers MUST answer with an immutable revision and with every file of it
   * (selectors are the caller's business), MUST have validated every digest, size and path, and MUST refuse what is no model.
   * @throws IlabError E_NOT_FOUND (repository or version, told apart), E_UNAUTHORIZED, E_FORBIDDEN (gated), E_NOT_A_MODEL, E_NETWORK, E_REGISTRY, E_RATE_LIMITED
   */
  resolve(reference: RemoteReference, options: CallOptions): Promise<RemoteSnapshot>;

  /**
   * Says where to GET a blob, and is asked again when that has expired, or did not bring it and there was more.
   * @throws IlabError as {@link Registry.resolve}
   */
  locate(request: { readonly snapshot: SnapshotId; readonly blob: RemoteBlob }, options: LocateOptions): Promise<BlobLocation>;

  /**
   * What versions there are, in the registry's order. Present if and only if `capabilities.versions`.
   * @throws IlabError as {@link Registry.resolve}
   */
  versions?(repository: RepositoryId, options: CallOptions): AsyncIterable<RemoteVersion>;

  /**
   * Where a version name points now, and nothing else: what `resolve` would answer as its revision. Implementers MUST do it in a way that
   * lists no files, and that the registry does not count as a download where there is one. Present if and only if `capabilities.revision`.
   * @throws IlabError as {@link Registry.resolve}
   */
  revision?(name: RepositoryId & { readonly version: string }, options: CallOptions): Promise<string>;

  /**
   * Whether a revision that a repository once had is still part of it. Where it is not, the repository was deleted and made anew, or its
   * history was rewritten, and a name that moved is not followed. Present if and only if `capabilities.history`.
   * @throws IlabError as {@link Registry.resolve}
   */
  holds?(id: SnapshotId, options: CallOptions): Promise<boolean>;

  /**
   * Puts files into a repository, as one new revision; others that are there stay, unless the registry has formats: then the version is
   * this artifact from now on, and nothing else. Present if and only if `capabilities.upload`.
   * Implementers MUST send nothing that the registry says it has, so that an upload that was interrupted goes on where it stopped; MUST
   * make no revision where nothing would change; MUST NOT replace what somebody else changed after this upload looked; MUST send
   * credentials to the registry's own origin only, whatever addresses and headers it names for the bytes; MUST read every file in pieces,
   * with a bound on how many are under way; and MUST leave the version as it was when they throw.
   * @throws IlabError E_NOT_FOUND (repository or branch, told apart), E_USAGE (a version that can't be uploaded to), E_CONFLICT (somebody
   * else was faster), E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY, E_RATE_LIMITED, and what `UploadFile.open` throws
   */
  upload?(request: UploadRequest, options: UploadOptions): Promise<UploadResult>;

  /**
   * Copies one revision to another repository of the same kind of source, of this host or another, so that the same revision is there,
   * byte for byte. Present if and only if `capabilities.copy`. Implementers MUST keep nothing of it on this machine, MUST send nothing
   * that the destination says it has, MUST verify what they pass on, MUST name the version last, and MUST NOT move one that somebody
   * else moved meanwhile, as far as the registry lets one see it.
   * @throws IlabError E_NOT_FOUND, E_CONFLICT, E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY, E_RATE_LIMITED, each with
   * its `side` where that is known
   */
  copy?(request: CopyRequest, options: UploadOptions): Promise<CopyResult>;

  /**
   * Checks a credential with the host and keeps it where this registry, and other tools, find it again. Present if and only if
   * `capabilities.login`. Implementers MUST send it to that host only, MUST keep nothing that the host refuses, MUST let nobody but the
   * user read what they write, and MUST keep what else is in the file.
   * @throws IlabError E_UNAUTHORIZED when it is refused, E_BAD_CONFIG, E_STORE, E_NETWORK, E_REGISTRY
   */
  login?(request: LoginRequest, options: CallOptions): Promise<Login>;

  /**
   * Takes the host's credential away from where `login` keeps it. That there is none is no error.
   * @throws IlabError E_BAD_CONFIG, E_STORE
   */
  logout?(host: string, options: CallOptions): Promise<Logout>;

  /**
   * Brings a file in a way that fetches fewer bytes than GET would, because older versions of it are on this machine. Implementers MUST
   * decline before they write anything where they would not fetch fewer bytes than `site.missing`, MUST write every byte of the file where
   * they don't decline, MUST reach bytes through `site` alone, and MUST have ended all they began when the promise settles. The host trusts
   * nothing of it: it hashes the whole file, gives up after 30 s without a byte, and fetches by ranges from `locate` whenever this
   * declines or fails. Present if and only if `capabilities.delivery`.
   * @returns whether it was delivered; `false`: declined
   * @throws IlabError of any code; none of them ends the download but what `site` throws for the disk
   */
  deliver?(request: DeliveryRequest, options: CallOptions): Promise<boolean>;

  /**
   * What is kept about a revision beside it, of the given media types: signatures. Present if and only if `capabilities.attachments`.
   * Implementers MUST give bytes that are proved by their digest, MUST give no more than 64 attachments of 4 MiB, and MUST NOT give what
   * names another revision as its subject. What is in them is the caller's to check.
   * @throws IlabError as {@link Registry.resolve}; E_INTEGRITY for bytes of another digest
   */
  attachments?(id: SnapshotId, options: CallOptions & { readonly mediaTypes: readonly string[] }): AsyncIterable<Attachment>;
}
