import type { ActionContext } from '@do-sdk/actions';

const silent = () => undefined;

/** What a host would hand to `run`, of one key. */
export const contextOf = (
  idempotencyKey: string,
  signal: AbortSignal = new AbortController().signal,
): ActionContext => ({
  executionId: 'exe_0123-1',
  idempotencyKey,
  attempt: 1,
  signal,
  deadlineMs: Date.now() + 10_000,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  heartbeat: silent,
});
