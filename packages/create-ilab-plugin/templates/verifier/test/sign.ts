// Signs a folder with a new key: npm run sign -- FOLDER
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { SIGNATURE_FILE } from '@ilab/plugin-api';
import { fingerprintOf } from '../src/verifier.ts';
import { signStatement } from './signatures.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say which folder: npm run sign -- FOLDER');
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const paths = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).filter((path) => path !== SIGNATURE_FILE);
const hashes = paths.map((path) => [
  path.split(sep).join('/'),
  createHash('sha256')
    .update(readFileSync(join(folder, path)))
    .digest('hex'),
]);
writeFileSync(join(folder, SIGNATURE_FILE), signStatement({ files: Object.fromEntries(hashes) }, privateKey));
writeFileSync('shelf.pem', publicKey.export({ type: 'spki', format: 'pem' }));
process.stdout.write(`Signed by ${fingerprintOf(publicKey)}; the key is in shelf.pem.\n`);
