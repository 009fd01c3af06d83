import { cacheContract, housekeeperContract, metadataContract, verifierContract } from '@ilab/testkit';
import { temporaryStore } from './temporary-store.ts';

cacheContract(async () => temporaryStore());
metadataContract(async () => temporaryStore());
verifierContract(async () => temporaryStore());
housekeeperContract(async () => temporaryStore());
