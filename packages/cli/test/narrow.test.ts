import { IlabError } from '@ilab/sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { presentError } from '../src/present/error.ts';
import { presentSteps } from '../src/present/steps.ts';
import { formatPairs, formatTable } from '../src/present/table.ts';
import { displayWidth } from '../src/present/terminal-width.ts';
import { describeTask, describeTotal } from '../src/terminal/describe-progress.ts';
import { createProgress, wantsPlain } from '../src/terminal/progress.ts';

const ROWS = [
  { name: 'quay.io/ai-lab/models/granite', version: 'v1.0', size: '13.5 GB', id: '4c1f3a77b0de' },
  { name: 'quay.io/ai-lab/models/granite', version: 'v1.1', size: '900 MB', id: '' },
];
const COLUMNS = [
  { title: 'NAME', value: ({ name }: (typeof ROWS)[number]) => name },
  { title: 'VERSION', value: ({ version }: (typeof ROWS)[number]) => version },
  { title: 'SIZE', value: ({ size }: (typeof ROWS)[number]) => size, align: 'right' as const },
  { title: 'ID', value: ({ id }: (typeof ROWS)[number]) => id },
];

describe('a table that is wider than the terminal', () => {
  it('has names on lines of their own, once for the rows that share them', () => {
    expect(formatTable(ROWS, COLUMNS, 50)).toBe(
      ['NAME', '  VERSION     SIZE  ID', 'quay.io/ai-lab/models/granite', '  v1.0     13.5 GB  4c1f3a77b0de', '  v1.1      900 MB'].join('\n'),
    );
  });

  it('has titles at values where that is too wide as well', () => {
    expect(formatTable(ROWS, COLUMNS, 30)).toBe(
      ['quay.io/ai-lab/models/granite', '  VERSION v1.0  SIZE 13.5 GB', '  ID 4c1f3a77b0de', '  VERSION v1.1  SIZE 900 MB'].join('\n'),
    );
  });

  it('is as it is where it fits, or is no terminal', () => {
    expect(formatTable(ROWS, COLUMNS).split('\n')).toHaveLength(3);
    expect(formatTable(ROWS, COLUMNS, 61)).toBe(formatTable(ROWS, COLUMNS));
    expect(formatTable(ROWS, COLUMNS, 60)).not.toBe(formatTable(ROWS, COLUMNS));
  });

  it('of pairs has long values below their names', () => {
    expect(
      formatPairs(
        [
          ['Path', '/data/models/quay.io'],
          ['A', '1'],
        ],
        20,
      ),
    ).toBe('Path\n  /data/models/quay.io\nA     1');
  });
});

it('commands to run stand above what they do where there is no room beside', () => {
  const steps = [
    ['ilab model list', 'what is here'],
    ['ilab', 'this'],
  ] as const;
  expect(presentSteps(steps, 40)).toBe('  ilab model list  what is here\n  ilab             this');
  expect(presentSteps(steps, 20)).toBe('  ilab model list\n      what is here\n  ilab\n      this');
});

describe('an error on a narrow terminal', () => {
  const error = new IlabError('E_NOT_FOUND', 'quay.io/acme/granite:v1 is not here, and the pull policy is never.', {
    hint: 'Did you mean something else? Fetch it: ilab model download quay.io/acme/granite:v1',
    details: { command: 'ilab model path x' },
  });

  it('breaks at words, and leaves commands whole, to be copied', () => {
    expect(presentError(error, 40)).toBe(
      [
        'Error [E_NOT_FOUND]',
        '  quay.io/acme/granite:v1 is not here,',
        '  and the pull policy is never.',
        '  Did you mean something else? Fetch it:',
        '  ilab model download quay.io/acme/granite:v1',
        '  Run: ilab model path x',
        '',
      ].join('\n'),
    );
  });

  it('is two lines and a command without a terminal', () => {
    expect(presentError(error).trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('progress', () => {
  it.each([20, 30, 40, 59, 60, 80, 120])('fits into %d columns, whatever letters a name has', (columns) => {
    const tasks = ['sub/model-00001-of-00002.safetensors', '模型/模型模型模型模型模型模型模型模型模型模型模型.safetensors'].map((label) => ({
      label,
      size: 2e9,
      at: 1e9,
      resumed: 0,
    }));
    for (const task of tasks) expect(displayWidth(describeTask(task, columns))).toBeLessThan(columns);
    const total = { bytes: 4e9, done: 0, received: 0, started: 0 };
    expect(describeTotal({ total, tasks, now: 60_000, columns }).length).toBeLessThan(columns);
  });

  it('says all of it where there is room', () => {
    const total = { bytes: 4e9, done: 0, received: 0, started: 0 };
    const tasks = [{ label: 'm', size: 4e9, at: 1e9, resumed: 0 }];
    expect(describeTotal({ total, tasks, now: 10_000, columns: 40 })).toBe('1.0 GB of 4.0 GB, 100 MB/s');
    expect(describeTotal({ total, tasks, now: 10_000, columns: 20 })).toBe('25 %, 30 s left');
    expect(describeTask({ label: 'models/m.gguf', size: 4, at: 1, resumed: 0 }, 40)).toMatch(/^models\/m\.gguf {22}25 %$/);
  });
});

describe('progress on a terminal', () => {
  afterEach(() => vi.useRealTimers());

  const written = (plain: boolean): string => {
    vi.useFakeTimers();
    let text = '';
    const stream = { isTTY: true, columns: 80, rows: 24, write: (piece: string) => (text += piece) } as unknown as NodeJS.WriteStream;
    const progress = createProgress({ stream, silent: false, plain });
    progress.plan({ files: 1, bytes: 1000 });
    const task = progress.begin({ label: 'm.gguf\u001b[2J', size: 1000 });
    for (let bytes = 0; bytes < 1000; bytes += 100) {
      task.at(bytes);
      vi.advanceTimersByTime(1100);
    }
    task.end('fetched');
    return text;
  };

  it('is written over again and again', () => {
    const text = written(false);
    expect(text).toContain('\u001b[2A');
    expect(text).toContain('m.gguf?[2J');
  });

  it('is a line now and then where it is to be plain', () => {
    const lines = written(true).trimEnd().split('\n');
    expect(lines).toEqual([expect.stringMatching(/^400 B of 1\.0 kB \(40 %\), /), expect.stringMatching(/^900 B of 1\.0 kB \(90 %\), /)]);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('knows whether anything arrived, also where it shows nothing', () => {
    const progress = createProgress({ stream: process.stderr, silent: true, plain: false });
    progress.plan({ files: 2, bytes: 2000 });
    const task = progress.begin({ label: 'm.gguf', size: 1000 });
    task.at(0);
    progress.begin({ label: 'n.gguf', size: 1000 }).end('failed');
    expect(progress.arrived).toBe(false);
    task.at(1);
    expect(progress.arrived).toBe(true);
  });

  it('is plain by a variable, and on a terminal that can’t go back', () => {
    expect([{ ILAB_PROGRESS: 'plain' }, { TERM: 'dumb' }, { TERM: 'xterm' }, {}].map(wantsPlain)).toEqual([true, true, false, false]);
  });
});
