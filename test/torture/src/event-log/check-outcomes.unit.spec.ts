import type { RecordedEvent } from '@action-do/event-store';
import { checkOutcomes } from './check-outcomes.js';
import type { Heard } from './storm-call.js';

const heard: Heard = {
  work: { action: 'read-only', id: 'w1', holdMs: 0, key: '"k"' },
  gateway: 0,
  waitSeconds: 1,
  begunAtMs: 0,
  endedAtMs: 1,
  status: 200,
  how: 'executed',
  shouldRetry: 'false',
  retryAfter: '',
  code: '',
  executionId: 'exe_1-1',
  result: '{"id":"w1"}',
};
const succeeded = (id: string): RecordedEvent => ({
  id: 'e',
  type: 'ActionSucceeded',
  data: { result: { id } },
  metadata: { executionId: 'exe_1-1' },
  streamId: 'action-default.s',
  revision: 2n,
  position: 3n,
  createdAtMs: 0,
});

async function* log(...events: RecordedEvent[]): AsyncGenerator<RecordedEvent> {
  yield* events;
}

describe('a result that a caller was given', () => {
  it('stands in the log once, with the same bytes', async () => {
    expect(await checkOutcomes(log(succeeded('w1')), [heard])).toEqual({ acknowledged: 1, broken: [] });
  });

  it.each<[string, RecordedEvent[], RegExp]>([
    ['is not in the log', [], /nothing/],
    ['is in it twice', [succeeded('w1'), succeeded('w1')], / and /],
    ['is another one there', [succeeded('w2')], /w2/],
  ])('and %s breaks the promise', async (_, events, words) => {
    expect((await checkOutcomes(log(...events), [heard])).broken).toEqual([expect.stringMatching(words)]);
  });
});
