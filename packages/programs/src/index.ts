export { boundedLines } from './bounded-lines.ts';
export { findProgram, isProgram } from './find-program.ts';
export { type ProcessGroup, startGroup } from './process-group.ts';
export { type ProgramRequest, runProgram } from './run-program.ts';
