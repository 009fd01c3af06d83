import { pluginVerifierContract, signatureVerifierContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { pluginVerifiers, signatureVerifiers, soundPluginVerifier, soundSignatureVerifier } from '../src/index.ts';

describe('a verifier of signatures that is sound', () => signatureVerifierContract(soundSignatureVerifier));
for (const { what, make } of signatureVerifiers) describe(`a verifier of signatures that ${what}`, () => signatureVerifierContract(make));

describe('a plugin’s verifier that is sound', () => pluginVerifierContract(soundPluginVerifier));
for (const { what, make } of pluginVerifiers) describe(`a plugin’s verifier that ${what}`, () => pluginVerifierContract(make));
