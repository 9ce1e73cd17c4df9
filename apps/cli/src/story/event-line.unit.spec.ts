import type { JsonObject } from '@action-do/contracts';
import { eventLine } from './event-line.js';

const line = (type: string, data: JsonObject) => eventLine({ type, data, actor: { id: 'default-abc' } });
const error = { code: 'ACTION_FAILED', message: 'not sent' };
const end = { attempt: 1, effect: 'none' };

describe('the word of an operator, in a story', () => {
  it.each<[string, JsonObject, string]>([
    [
      'ActionCancelRequested',
      { reason: 'ordered twice' },
      'cancelling was asked for by default-abc: ordered twice',
    ],
    ['ActionUndoRequested', { reason: 'withdrawn' }, 'undoing was asked for by default-abc: withdrawn'],
    ['ActionUndoStarted', { attempt: 2, executor: 'exec-1' }, 'attempt 2 to undo started on exec-1'],
    [
      'ActionUndoFailed',
      { attempt: 1, error, effect: 'none', nextAttemptAtMs: 5 },
      'attempt 1 to undo failed: ACTION_FAILED, not sent; effect none',
    ],
    [
      'ActionUndoFailed',
      { attempt: 3, error, effect: 'unknown', nextAttemptAtMs: null },
      'undoing was given up: ACTION_FAILED, not sent; effect unknown',
    ],
    [
      'ActionRequested',
      { generation: 2, reason: 'the card works' },
      'requested, generation 2 by default-abc, to be done again: the card works',
    ],
    ['ActionRequested', { generation: 1 }, 'requested, generation 1'],
    [
      'ActionSucceeded',
      { ...end, settledBy: 'operator', reason: 'found it', evidence: 'outbox' },
      'attempt 1 succeeded; effect none; settled by operator default-abc; reason: found it; evidence: outbox',
    ],
    [
      'ActionFailed',
      { ...end, error, settledBy: 'operator', reason: 'not there' },
      'failed for good: ACTION_FAILED, not sent; effect none; settled by operator default-abc; reason: not there',
    ],
    ['ActionSucceeded', { ...end, settledBy: 'probe' }, 'attempt 1 succeeded; effect none; settled by probe'],
  ])('says whose it was, and why: %s', (type, data, said) => {
    expect(line(type, data)).toBe(said);
  });
});
