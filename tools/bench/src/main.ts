import { cpus, release, totalmem } from 'node:os';
import { mustRun, root } from '@ilab/e2e';
import { benchDownload } from './download.ts';
import { benchHub } from './hub.ts';
import { benchLarge } from './large.ts';
import { benchLocks } from './locks.ts';
import { benchOci } from './oci.ts';
import { benchPush } from './push.ts';
import { benchResume } from './resume.ts';
import { benchServe } from './serve.ts';
import { benchStartup } from './startup.ts';
import { benchVerify } from './verify.ts';
import { benchXet } from './xet.ts';

const BENCHES: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  startup: benchStartup,
  download: benchDownload,
  hub: benchHub,
  large: benchLarge,
  resume: benchResume,
  locks: benchLocks,
  oci: benchOci,
  push: benchPush,
  serve: benchServe,
  verify: benchVerify,
  xet: benchXet,
};

// What is measured is what is built, so it has to be built from these very sources.
await mustRun('pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], { cwd: root, env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } });

const chosen = process.argv.slice(2);
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform} ${release()}, Node ${process.version}\n`,
);
process.stdout.write('Figures are medians of one run on a machine that does other things too: look at the ratios.\n');
for (const [name, bench] of Object.entries(BENCHES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for (const line of await bench()) process.stdout.write(`  ${line}\n`);
}
