import { definePlugin } from '@ilab/plugin-api';
import { createShelfVerifier } from './verifier.ts';

export default definePlugin({ createVerifier: createShelfVerifier });
