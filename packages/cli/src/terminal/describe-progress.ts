import { displayWidth } from '../present/terminal-width.ts';
import { formatBytes, formatSeconds } from '../present/units.ts';

/** One file on its way. */
export interface Transferring {
  readonly label: string;
  /** In bytes, as are `at` (here now) and `resumed` (here from an earlier try). */
  readonly size: number;
  at: number;
  resumed: number;
}

/** The work as a whole, in bytes. */
export interface Total {
  bytes: number;
  done: number;
  /** Over the network, or read from disk to be verified, of files that are done. */
  received: number;
  /** `performance.now()`. */
  started: number;
}

const BAR = 20;
const LONGEST_LABEL = 40;
const NARROWEST = 60;

/** `model.safetensors  ██████░░░░  45 %  1.7 GB of 3.7 GB`, without the bar where there is no room. */
export function describeTask({ label, size, at }: Transferring, columns = 80): string {
  const share = size === 0 ? 1 : Math.min(1, at / size);
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
  if (columns < NARROWEST) return `${padded(label, Math.max(1, columns - percent.length - 2))} ${percent}`;
  const name = padded(label, Math.min(LONGEST_LABEL, Math.floor(columns / 3)));
  const line = `${name}  ${bar(share)}  ${percent}  ${formatBytes(at)} of ${formatBytes(size)}`;
  return displayWidth(line) < columns ? line : `${name}  ${bar(share)}  ${percent}`;
}

interface Totalled {
  readonly total: Total;
  readonly tasks: Iterable<Transferring>;
  /** `performance.now()`. */
  readonly now: number;
  readonly columns?: number | undefined;
}

/** `1.7 GB of 4.2 GB (40 %), 210 MB/s, 12 s left`, or as much of it as fits into a line. */
export function describeTotal({ total, tasks, now, columns = Number.POSITIVE_INFINITY }: Totalled): string {
  let here = total.done;
  let received = total.received;
  for (const task of tasks) {
    here += task.at;
    received += task.at - task.resumed;
  }
  const speed = received / Math.max(0.001, (now - total.started) / 1000);
  const share = total.bytes === 0 ? 100 : Math.min(100, Math.floor((here / total.bytes) * 100));
  const left = speed > 0 && now - total.started > 1000 ? `, ${formatSeconds(Math.max(0, total.bytes - here) / speed)} left` : '';
  const forms = [
    `${formatBytes(here)} of ${formatBytes(total.bytes)} (${share} %), ${formatBytes(speed)}/s${left}`,
    `${formatBytes(here)} of ${formatBytes(total.bytes)}, ${formatBytes(speed)}/s`,
    `${share} %${left}`,
  ];
  return forms.find((form) => form.length < columns) ?? `${share} %`;
}

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** As wide as said. The end of a path tells more than its start. */
function padded(label: string, to: number): string {
  const letters = [...label];
  let shown = label;
  while (displayWidth(shown) > to && letters.length > 0) {
    letters.shift();
    shown = `…${letters.join('')}`;
  }
  return shown + ' '.repeat(Math.max(0, to - displayWidth(shown)));
}
