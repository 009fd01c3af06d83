import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** As much of CycloneDX as is looked at here. */
export interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
}

/**
 * What a project's install is made of, as npm writes it (CycloneDX).
 * @param project where `npm install` ran
 */
export async function billOfMaterials(project: string): Promise<Bill> {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev'], {
    cwd: project,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = JSON.parse(stdout) as Bill;
  const { name } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { readonly name: string };
  // npm calls a project by its folder.
  return { ...bill, metadata: { ...bill.metadata, component: { ...bill.metadata.component, name } }, components: bill.components.map(withoutLocalAddress) };
}

/** Our own packages are installed from archives here, and from the registry by everybody else. */
function withoutLocalAddress(component: Component): Component {
  const { externalReferences = [] } = component;
  return { ...component, externalReferences: externalReferences.filter(({ type, url }) => type !== 'distribution' || !url.startsWith('file:')) };
}
