import { pluginCommandContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { pluginCommands, soundPluginCommand } from '../src/index.ts';

describe('a plugin’s command that is sound', () => pluginCommandContract(soundPluginCommand));
for (const { what, make } of pluginCommands) describe(`a plugin’s command that ${what}`, () => pluginCommandContract(make));
