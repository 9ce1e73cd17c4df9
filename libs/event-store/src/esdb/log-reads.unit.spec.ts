/** A call that is ended as if it were complete, before it is. */
import { Readable } from 'node:stream';
import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import { collect, idsOf } from '../contract/fixtures.contract.js';
import { StoreUnavailable } from '../errors.js';
import { ForeignEvents } from '../foreign-events.js';
import { readAllOf } from './log-reads.js';

const sent = (commit: bigint, streamId = 's-1'): AllStreamResolvedEvent => ({
  commitPosition: commit,
  event: {
    streamId,
    id: `00000000-0000-4000-8000-00000000000${commit}`,
    isJson: true,
    revision: commit,
    type: 'Noted',
    created: new Date(0),
    data: {},
    metadata: {},
    position: { commit, prepare: commit },
  },
});

function read(
  events: AllStreamResolvedEvent[],
  streamPrefixes: string[] | undefined,
  { after = 0n, end = 3n, signal = new AbortController().signal } = {},
) {
  const stream = () =>
    Object.assign(Readable.from(events), { cancel: async () => {}, unsubscribe: async () => {} });
  const client = { readAll: stream, subscribeToAll: stream };
  const options = streamPrefixes === undefined ? { after } : { after, streamPrefixes };
  return collect(
    readAllOf(client, options, end, { signal, silenceMs: 1_000, foreign: new ForeignEvents(undefined) }),
  );
}

describe.each([
  ['all streams', undefined],
  ['some streams', ['s-']],
])('a read of %s', (_, prefixes) => {
  it('that ends before the end of the log is no read of the log', async () => {
    await expect(read([sent(1n), sent(2n)], prefixes)).rejects.toThrow(StoreUnavailable);
    await expect(read([sent(1n), sent(2n)], prefixes)).rejects.toThrow(
      'ended at position 2, and the log at 3',
    );
    await expect(read([], prefixes, { after: 1n })).rejects.toThrow('ended at position 1');
  });

  it('is whole where it came to the end, or past it', async () => {
    const all = [sent(1n), sent(2n), sent(3n)];
    expect(await read(all, prefixes)).toHaveLength(3);
    expect(idsOf(await read([...all, sent(4n)], prefixes))).toHaveLength(3);
  });

  it('is no failure of the server where we ended it', async () => {
    expect(await read([sent(1n)], prefixes, { signal: AbortSignal.abort() })).toEqual(expect.any(Array));
  });
});

it('an end that is an event of somebody else is an end too', async () => {
  expect(await read([sent(1n), sent(3n, 'some body')], undefined)).toHaveLength(1);
});
