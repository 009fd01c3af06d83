import { expect, it } from 'vitest';
import { settingsOfHost } from './settings.ts';

const registries = { 'r.example': 'itself', '*.example': 'all', '*.corp.example': 'corp', 'localhost:5000': 'port' };

it.each([
  ['r.example', 'itself'],
  ['x.example', 'all'],
  ['a.b.example', 'all'],
  ['x.corp.example', 'corp'],
  ['corp.example', 'all'],
  ['localhost:5000', 'port'],
])('%s has the settings of its name, else of the longest wildcard', (host, found) => {
  expect(settingsOfHost(registries, host)).toBe(found);
});

it.each(['example', 'notexample', 'r.example:5000', 'localhost', '*.other', 'constructor'])('%s has none', (host) => {
  expect(settingsOfHost(registries, host)).toBeUndefined();
});
