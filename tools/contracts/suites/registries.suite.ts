import { memoryRegistryUnderTest, registryContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { registries } from '../src/index.ts';

describe('a registry that is sound', () => registryContract(memoryRegistryUnderTest()));
for (const { what, make } of registries) describe(`a registry that ${what}`, () => registryContract(make));
