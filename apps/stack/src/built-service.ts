import { fileURLToPath } from 'node:url';
import type { ProcessPlan } from '@action-do/local-servers';
import type { StackOptions } from './stack-options.js';

const READY_WITHIN_MS = 60_000;
/** As `npm start` and infra/Dockerfile have it. */
const YOUNG_OBJECTS = '--max-semi-space-size=32';
/** Where it is, or its health. */
const READY = /^.+ ready.* at (\S+)/m;

/** A service as it was bundled, in a process of its own. */
export const builtService = (
  app: string,
  env: NodeJS.ProcessEnv,
  {
    programs,
    log,
    signal,
    nodeArgs = () => [],
  }: Pick<StackOptions, 'programs' | 'log' | 'signal' | 'nodeArgs'>,
): ProcessPlan => ({
  command: process.execPath,
  args: [YOUNG_OBJECTS, ...nodeArgs(app), fileURLToPath(new URL(`${app}.js`, programs))],
  env,
  ready: READY,
  readyWithinMs: READY_WITHIN_MS,
  log,
  // What actions print is for whoever runs them, as with npm start.
  ...(log === 'inherit' ? { output: process.stdout } : {}),
  signal,
  // Ctrl-C is for the stack, which ends them in order.
  detached: true,
});

/** Of an address that a ready line told. */
export const portOf = (url: string | null): string | undefined =>
  url === null ? undefined : new URL(url).port;

/** It is the executors' alone. */
export function withoutMasterKey({ DO_MASTER_KEY: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}
