import { registryContract } from '../src/index.ts';
import { memoryRegistryUnderTest } from '../src/memory/memory-registry-under-test.ts';

registryContract(memoryRegistryUnderTest());
