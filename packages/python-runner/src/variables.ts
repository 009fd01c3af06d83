import { delimiter, join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** What tells of the machine and the way to the network. No token is among them, and no setting of one library. */
const PASSED = /^(?:PATH|LANG|LC_[A-Z]+|TZ|TMPDIR|LD_LIBRARY_PATH|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?:https?|all|no)_proxy)$/i;
/** Settings of accelerators and of what computes or speaks between machines. */
const COMPUTING = /^(?:CUDA|NCCL|GLOO|OMP|MKL|OPENBLAS|HIP|ROCR|HSA|NVIDIA)_[A-Z0-9_]{1,60}$/;
const LOOPBACK = '127.0.0.1,localhost,::1';

export interface VariablesRequest {
  /** The user's. */
  readonly env: Variables;
  /** Folder of the virtual environment. */
  readonly environment: string;
  /** What takes the place of the user's home, with its credential files and caches. */
  readonly home: string;
  /** Of the library, on top. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** The whole environment of a job's processes. */
export function jobVariables({ env, environment, home, extra = {} }: VariablesRequest): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && (PASSED.test(entry[0]) || COMPUTING.test(entry[0])));
  const noProxy = [env['NO_PROXY'] ?? env['no_proxy'], LOOPBACK].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(kept),
    PATH: [join(environment, 'bin'), env['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
    VIRTUAL_ENV: environment,
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    HF_HOME: join(home, 'huggingface'),
    HF_HUB_DISABLE_TELEMETRY: '1',
    DO_NOT_TRACK: '1',
    TOKENIZERS_PARALLELISM: 'false',
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...extra,
  };
}
