// Preloaded by tests: every file system says that it is NFS, so that no lock of it is trusted.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const NFS = 0x6969;
const { statfsSync } = fs;
fs.statfsSync = (...args) => Object.assign(statfsSync(...args), { type: NFS });
syncBuiltinESMExports();
