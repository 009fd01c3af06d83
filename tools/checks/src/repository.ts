import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program.ts';

/** A package of the workspace. */
export interface WorkspacePackage {
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  readonly private: boolean;
  /** Names of workspace packages it depends on when installed. */
  readonly dependencies: readonly string[];
}

type PackageJson = {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};

export function workspacePackages(root: string): readonly WorkspacePackage[] {
  const directories = ['packages', 'plugins', 'tools'].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(root, group, name)) : [],
  );
  return directories
    .filter((directory) => existsSync(join(directory, 'package.json')) && existsSync(join(directory, 'turbo.json')))
    .map((directory) => {
      const json = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PackageJson;
      const dependencies = Object.keys({ ...json.dependencies, ...json.peerDependencies }).filter((name) => name.startsWith('@ilab/'));
      return { name: json.name, directory, private: json.private ?? false, dependencies };
    });
}

/** Files under version control, and those that would be, relative to the root. */
export async function trackedFiles(root: string): Promise<readonly string[]> {
  const { output } = await runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}
