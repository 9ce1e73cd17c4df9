import type { ExecutionRow } from '@action-do/views';
import { executionText } from './item-text.js';

const unknown = (attempts: number): ExecutionRow => ({
  ...{
    executionId: 'exe_1-1',
    tenant: 'default',
    stream: 'action-default.1',
    action: 'pay',
    actionVersion: 1,
  },
  ...{
    status: 'unknown',
    effect: 'unknown',
    generation: 1,
    attempts,
    idempotencyKey: 'k',
    keyDerived: false,
  },
  ...{ actorType: 'user', actorId: 'ada', correlationId: null, workflowRun: null, step: null },
  ...{ requestedAtMs: 1, startedAtMs: null, endedAtMs: null, nextAttemptAtMs: null, errorCode: 'INTERNAL' },
  ...{ error: '{"code":"INTERNAL","message":"restored"}', params: '{}', result: null },
  ...{ firstPosition: 1n, position: 2n },
});

it.each([
  [0, 'The log knows of no attempt'],
  [2, 'Attempt 2 was begun'],
])('an unknown execution is told to have begun what the log has: %i attempts', (attempts, said) => {
  expect(JSON.parse(executionText(unknown(attempts), 'log')).error.detail).toBe(
    `${said}, and nobody can say whether its effect happened: restored.`,
  );
});
