export { type RunCliOptions, runCli } from './run-cli.js';
export type { Surroundings } from './surroundings.js';
