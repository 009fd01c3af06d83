import type { EngineState } from './served-engine.ts';

/** Upper bounds of the buckets, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** One request, when it is over. */
export interface Observed {
  readonly path: string;
  readonly status: number;
  /** Canonical name; empty where none was asked. */
  readonly model: string;
  /** Seconds to the first byte of the answer's body, where there was one, and to the last. */
  readonly first?: number;
  readonly whole: number;
  readonly tokens?: { readonly prompt: number; readonly completion: number };
}

/** Figures in the text format of Prometheus, version 0.0.4. Only what is known beforehand becomes a label, so nobody who asks can fill the memory. */
export interface Metrics {
  /** Requests under way. */
  inFlight: number;
  observe(request: Observed): void;
  text(engines: readonly { readonly names: readonly string[]; readonly state: EngineState; readonly restarts: number }[]): string;
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const tokens = new Map<string, number>();
  const first = createHistogram('ilab_time_to_first_byte_seconds', 'Time to the first byte of an answer.');
  const whole = createHistogram('ilab_request_duration_seconds', 'Time to the last byte of an answer.');
  const count = (counts: Map<string, number>, labels: string, more: number): void => void counts.set(labels, (counts.get(labels) ?? 0) + more);
  return {
    inFlight: 0,
    observe({ path, status, model, first: toFirst, whole: toLast, tokens: used }) {
      count(requests, labelsOf({ path, status: String(status), model }), 1);
      if (model === '') return;
      if (toFirst !== undefined) first.observe(model, toFirst);
      whole.observe(model, toLast);
      if (!used) return;
      count(tokens, labelsOf({ model, kind: 'prompt' }), used.prompt);
      count(tokens, labelsOf({ model, kind: 'completion' }), used.completion);
    },
    text(engines) {
      const lines = (name: string, samples: Iterable<readonly [string, number]>): string[] =>
        [...samples].map(([labels, value]) => `${name}${labels} ${value}`);
      const each = (value: (engine: (typeof engines)[number]) => number): (readonly [string, number])[] =>
        engines.map((engine) => [labelsOf({ model: engine.names[0] ?? '' }), value(engine)] as const);
      return [
        ...about('ilab_requests_total', 'counter', 'Requests that were answered.'),
        ...lines('ilab_requests_total', requests),
        ...about('ilab_requests_in_flight', 'gauge', 'Requests under way.'),
        `ilab_requests_in_flight ${this.inFlight}`,
        ...about('ilab_tokens_total', 'counter', 'Tokens, as far as engines tell.'),
        ...lines('ilab_tokens_total', tokens),
        ...about('ilab_engine_up', 'gauge', 'Whether a model can be asked.'),
        ...lines(
          'ilab_engine_up',
          each(({ state }) => (state === 'ready' ? 1 : 0)),
        ),
        ...about('ilab_engine_restarts_total', 'counter', 'How often an engine ended by itself and was started again.'),
        ...lines(
          'ilab_engine_restarts_total',
          each(({ restarts }) => restarts),
        ),
        ...first.lines(),
        ...whole.lines(),
        '',
      ].join('\n');
    },
  };
}

function createHistogram(name: string, help: string): { observe(model: string, seconds: number): void; lines(): readonly string[] } {
  const models = new Map<string, { readonly counts: number[]; sum: number; count: number }>();
  return {
    observe(model, seconds) {
      const histogram = models.get(model) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
      models.set(model, histogram);
      for (const [index, bound] of BUCKETS.entries()) if (seconds <= bound) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
      histogram.sum += seconds;
      histogram.count += 1;
    },
    lines: () => [
      ...about(name, 'histogram', help),
      ...[...models].flatMap(([model, { counts, sum, count }]) => [
        ...BUCKETS.map((bound, index) => `${name}_bucket${labelsOf({ model, le: String(bound) })} ${counts[index]}`),
        `${name}_bucket${labelsOf({ model, le: '+Inf' })} ${count}`,
        `${name}_sum${labelsOf({ model })} ${sum}`,
        `${name}_count${labelsOf({ model })} ${count}`,
      ]),
    ],
  };
}

function about(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;
}
