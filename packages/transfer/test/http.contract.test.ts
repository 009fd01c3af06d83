import { httpContract } from '@ilab/testkit';
import { createHttp } from '../src/index.ts';

httpContract(() => createHttp({ userAgent: 'test/1', env: {} }));
