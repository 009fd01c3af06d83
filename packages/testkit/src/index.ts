export { cacheContract } from './cache-contract.ts';
export { collect } from './collect.ts';
export { donorContract, type DonorUnderTest } from './donor-contract.ts';
export { endingOf, type Ending, soonAborted } from './ending.ts';
export { metadataContract } from './metadata-contract.ts';
export { type RegistryUnderTest, registryContract } from './registry-contract.ts';
export { addSnapshot, placeFile, type SampleFile, sampleFile, sampleId, sampleMetadata, sampleRecord, sampleRevision, type StoreUnderTest } from './sample.ts';
export { silentHttp } from './silent-http.ts';
export { expectSoundSnapshot } from './sound-snapshot.ts';
