import { explainStartError, type Listening } from './explain-start-error.js';

/** Says what is wrong in one line and leaves: a stack tells a user nothing. */
export function refuseToStart(error: unknown, listening: Listening): never {
  process.stderr.write(`action.do cannot start: ${explainStartError(error, listening)}\n`);
  process.exit(1);
}
