import { cacheContract, housekeeperContract, metadataContract, verifierContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { caches, housekeepers, metadata, soundStore, verifiers } from '../src/index.ts';

describe('a cache that is sound', () => cacheContract(soundStore));
for (const { what, make } of caches) describe(`a cache that ${what}`, () => cacheContract(make));

describe('a store of metadata that is sound', () => metadataContract(soundStore));
for (const { what, make } of metadata) describe(`a store of metadata that ${what}`, () => metadataContract(make));

describe('a verifier that is sound', () => verifierContract(soundStore));
for (const { what, make } of verifiers) describe(`a verifier that ${what}`, () => verifierContract(make));

describe('a housekeeper that is sound', () => housekeeperContract(soundStore));
for (const { what, make } of housekeepers) describe(`a housekeeper that ${what}`, () => housekeeperContract(make));
