import { engineContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { engines, soundEngine } from '../src/index.ts';

describe('an engine that is sound', () => engineContract(soundEngine));
for (const { what, make } of engines) describe(`an engine that ${what}`, () => engineContract(make));
