export { findProgram, findPython, lacking, lackingModules, root } from './programs.ts';
export { wrongFiles } from './wrong-files.ts';
export { fingerprint, layOutInstructLab, OLD_COMMIT, type OldInstructLab } from './instructlab.ts';
export { mustRun, type Outcome, run } from './run.ts';
export { startDockerRegistry, startNginx, startOlareg, startZot } from './servers/registries.ts';
export { freePort, type RealServer } from './servers/start-server.ts';
export { CLI_PACKAGES, packAll, SDK_PACKAGES } from './packed.ts';
export { type Running, startIlab } from './start-ilab.ts';
export { CLI, createWorkspace, storeOf, type Workspace } from './workspace.ts';
