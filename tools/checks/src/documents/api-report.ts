import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import { runProgram } from '../program.ts';

/** Where the report of the plugin API stands, relative to the root. */
export const API_REPORT = 'packages/plugin-api/plugin-api.api.md';

// The names of `ExtractorLogLevel`, an enum that can’t be had as a text.
const [ERROR, WARNING, NONE] = [ExtractorLogLevel.Error, ExtractorLogLevel.Warning, ExtractorLogLevel.None];

/** Types that plugins get from the core through the API, so that the report has them whole. */
const CORE = '@ilab/core/adapter';

/**
 * All that plugins can see of `@ilab/plugin-api`, as one text: what is not in it is not promised. The declarations are made anew from the
 * sources, so nothing has to be built first.
 * @throws Error for what the compiler or the extractor says
 */
export async function writeApiReport(root: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-api-'));
  try {
    await declare(root, directory);
    return await extract(root, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Emits the declarations of both packages below a directory. */
async function declare(root: string, directory: string): Promise<void> {
  const project = join(directory, 'tsconfig.json');
  const json = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      rootDir: join(root, 'packages'),
      outDir: join(directory, 'types'),
      declaration: true,
      emitDeclarationOnly: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
      paths: { [CORE]: [join(root, 'packages', 'core', 'src', 'adapter.ts')] },
    },
    files: [join(root, 'packages', 'plugin-api', 'src', 'index.ts')],
  };
  await writeFile(project, JSON.stringify(json));
  const { code, output } = await runProgram('pnpm', ['exec', 'tsc', '-p', project], { cwd: root });
  if (code !== 0) throw new Error(output.trim());
}

async function extract(root: string, directory: string): Promise<string> {
  const types = join(directory, 'types');
  const packageJson = join(directory, 'package.json');
  await writeFile(packageJson, JSON.stringify({ name: '@ilab/plugin-api', version: '0.0.0', type: 'module' }));
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: join(types, 'plugin-api', 'src', 'index.d.ts'),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            module: 'nodenext',
            moduleResolution: 'nodenext',
            types: ['node'],
            typeRoots: [join(root, 'node_modules', '@types')],
            skipLibCheck: true,
            paths: { [CORE]: [join(types, 'core', 'src', 'adapter.d.ts')] },
          },
          files: [join(types, 'plugin-api', 'src', 'index.d.ts')],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: 'report',
        reportFolder: directory,
        reportTempFolder: join(directory, 'report'),
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ERROR } },
        extractorMessageReporting: {
          default: { logLevel: NONE },
          'ae-forgotten-export': { logLevel: WARNING, addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: NONE } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: packageJson,
  });
  const said: string[] = [];
  const listen = (message: ExtractorMessage): void => {
    message.handled = true;
    if (message.logLevel === 'error') said.push(message.text);
  };
  Extractor.invoke(config, { localBuild: true, messageCallback: listen });
  if (said.length > 0) throw new Error(said.join('\n'));
  return readFile(join(directory, 'report', 'report.api.md'), 'utf8');
}
