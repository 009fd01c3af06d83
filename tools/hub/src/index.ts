export type { AccessOptions } from './access.ts';
export { type Artifact, descriptor, packManifest, packModel } from './content/artifact.ts';
export { type Blob, blobOf, blobOfFile } from './content/blob.ts';
export {
  HONEST_MANIFEST,
  HOSTILE_BLOBS,
  manifestOfDigest,
  manifestOfFile,
  REFUSED_MANIFESTS,
  type SentManifest,
  VERIFIED_MANIFESTS,
} from './content/hostile-manifests.ts';
export { type Contents, type Model, readModel, readModels, type Snapshot, snapshotOf } from './content/model.ts';
export { type RawArchive, rawArchive, type RawMember, rawMember } from './content/raw-tar.ts';
export type { Fault, Faults } from './http/faults.ts';
export { type Hub, type HubSettings, type SeenRequest, startHub } from './start-hub.ts';
export { type ModelScope, type ModelScopeSettings, startModelScope } from './modelscope/start-modelscope.ts';
export { packChunk } from './xet/pack-chunk.ts';
export { BUNDLE_TYPE, type BundleJson, bundleOf, encode, STATEMENT_TYPE, signStatement } from './signing/bundle.ts';
export { attach, referrerOf, simpleSigning } from './signing/referrer.ts';
export { type IdentitySigning, makeSigstore, type Sigstore } from './signing/sigstore.ts';
export { type KeyKind, makeKey, type SigningKey } from './signing/signing-key.ts';
export { manifestStatement, type ModelStatement, modelStatement, type Resource, resourceOf, resourcesOf, rootOf } from './signing/statements.ts';
export { type CarriedRequest, type Dragonfly, startDragonfly } from './dragonfly/start-dragonfly.ts';
export { type OllamaLayer, ollamaModel } from './ollama/ollama-model.ts';
export { type OllamaRegistry, type OllamaSettings, startOllama } from './ollama/start-ollama.ts';
export { type NpmRegistry, type OfferedPackage, startNpmRegistry } from './npm/start-npm-registry.ts';
