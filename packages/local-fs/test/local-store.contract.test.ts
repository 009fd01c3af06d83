import { cacheContract, metadataContract } from '@ilab/testkit';
import { temporaryStore } from './temporary-store.ts';

cacheContract(async () => temporaryStore());
metadataContract(async () => temporaryStore());
