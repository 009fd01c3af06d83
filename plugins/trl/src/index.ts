import { fileURLToPath } from 'node:url';
import { definePlugin, type EngineContext, IlabError, type Plugin, type Runner } from '@ilab/plugin-api';
import { createPythonRunner } from '@ilab/python-runner';
import { LIBRARY } from './library.ts';

const bundled = (name: string): string => fileURLToPath(new URL(`../python/${name}`, import.meta.url));

const plugin: Plugin & Required<Pick<Plugin, 'createRunner'>> = definePlugin({
  createRunner(runner: string, context: EngineContext): Runner {
    if (runner !== LIBRARY.name) throw new IlabError('E_USAGE', `There is no runner “${runner}” here.`);
    return createPythonRunner({ ...LIBRARY, bridge: bundled('bridge.py'), requirements: bundled('requirements.txt') }, context);
  },
});

export default plugin;
