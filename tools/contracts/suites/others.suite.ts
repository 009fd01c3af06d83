import { donorContract, httpContract, pluginDonorContract, runnerContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { donors, https, pluginDonors, runners, soundDonor, soundHttp, soundPluginDonor, soundRunner } from '../src/index.ts';

describe('a donor that is sound', () => donorContract(soundDonor));
for (const { what, make } of donors) describe(`a donor that ${what}`, () => donorContract(make));

describe('a plugin’s donor that is sound', () => pluginDonorContract(soundPluginDonor));
for (const { what, make } of pluginDonors) describe(`a plugin’s donor that ${what}`, () => pluginDonorContract(make));

describe('a client that is sound', () => httpContract(soundHttp));
for (const { what, make } of https) describe(`a client that ${what}`, () => httpContract(make));

describe('a runner that is sound', () => runnerContract(soundRunner));
for (const { what, make } of runners) describe(`a runner that ${what}`, () => runnerContract(make));
