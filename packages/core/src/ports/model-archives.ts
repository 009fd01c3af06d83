import type { ModelFacts } from '../model/facts.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { SnapshotId, VersionKind } from '../model/snapshot.ts';
import type { ModelFormat, SnapshotMetadata } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';
import type { Registry } from './registry.ts';
import type { Transfer } from './transfer.ts';
import type { UploadFile } from './upload.ts';

/** A model of the store that goes into an archive. */
export interface OutgoingModel {
  /** Canonical, with its version or digest; what it is called in the archive. */
  readonly reference: string;
  readonly id: SnapshotId;
  readonly version?: string;
  readonly kind: VersionKind;
  readonly files: readonly UploadFile[];
  /** What came with it from its registry. */
  readonly manifest?: SnapshotMetadata['manifest'];
  /** What the files say of the model. */
  readonly facts: ModelFacts & { readonly format: ModelFormat };
}

/** Models as they will be written. */
export interface PackedModels {
  /** Of the whole archive, in bytes. */
  readonly size: number;
  readonly models: readonly {
    readonly reference: string;
    /** Of its manifest in the archive. */
    readonly digest: string;
    /** How many signatures and other attachments come along. */
    readonly attachments: number;
    /** What of them was left out, as nobody can use it: digests, and tags. Absent: none. */
    readonly leftOut?: readonly string[];
  }[];
  /** The archive, in one pass. @throws IlabError as {@link ModelArchives.pack} */
  open(options: CallOptions): AsyncIterable<Uint8Array>;
}

/** A model that an archive names. */
export interface ArchivedModel {
  /** As the archive names it; nobody has looked at it. Absent: it has no name. */
  readonly name?: string;
  /** Of its manifest. */
  readonly digest: string;
}

/** An archive that is open. What it holds is given proved by digests alone; names are only claimed. */
export interface OpenArchive extends AsyncDisposable {
  readonly models: readonly ArchivedModel[];
  /**
   * The archive in the place of a model's registry: it resolves this one model, under this reference, and knows its attachments.
   * @throws IlabError E_REGISTRY where the archive says that the model is another's
   */
  registry(model: ArchivedModel, reference: RemoteReference): Promise<Registry>;
  /** Brings bytes out of the archive, and unpacks as `transfer` does. */
  transfer(transfer: Transfer): Transfer;
}

/** Archives of models: image layouts in tar, as other tools read and write them. */
export interface ModelArchives {
  /**
   * Works out an archive. What came from an OCI registry keeps its own manifest; what of it is not in the store is asked for there. Others are
   * packed so that they can be restored. Equal bytes are in it once, and the same models give the same archive.
   * @throws IlabError E_OFFLINE (something has to be asked for), E_NOT_FOUND, E_INTEGRITY, and as `Registry.resolve`
   */
  pack(models: readonly OutgoingModel[], options: CallOptions): Promise<PackedModels>;
  /** @throws IlabError E_NOT_FOUND, E_REGISTRY (no such archive), E_STORE */
  open(path: string, options: CallOptions): Promise<OpenArchive>;
}
