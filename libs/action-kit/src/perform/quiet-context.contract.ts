import type { ActionContext } from '../action-context.js';

const nothing = (): void => undefined;

/** What a host hands over, where nobody looks at it. */
export const context: ActionContext = {
  executionId: 'exe_1',
  idempotencyKey: 'k',
  attempt: 1,
  signal: new AbortController().signal,
  deadlineMs: 0,
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  heartbeat: nothing,
};

export const throwing = (what: unknown) => (): never => {
  throw what;
};
