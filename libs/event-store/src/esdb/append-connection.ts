import { NO_STREAM } from '@eventstore/db-client';
import { StreamCutShort } from '../errors.js';
import type { AppendConnection } from './appender.js';
import { UnfitServer } from './errors.js';
import type { EsdbUrl } from './esdb-url.js';
import type { KnownLog } from './known-log.js';
import type { ReadBounds } from './log-reads.js';
import { makeClient } from './official-client.js';
import { SameLog } from './same-log.js';

/** The client's own connection for appends, with nothing sent and nothing opened yet. */
export function connectForAppends(
  url: EsdbUrl,
  known: KnownLog,
  bounds: Omit<ReadBounds, 'signal'>,
): AppendConnection {
  const client = makeClient(url, 'appends');
  const end = new AbortController();
  const sameLog = new SameLog(client, known, { ...bounds, signal: end.signal });
  return {
    async ready() {
      if (!(await client.takesBatches()))
        throw new UnfitServer(
          url.servers,
          'it takes no batches of appends, as EventStoreDB does from 21.10 on',
        );
      await sameLog.makeSure();
    },
    async send({ streamId, events, expected }, deadlineMs) {
      const { nextExpectedRevision, position } = await client.appendToStream(streamId, events, {
        expectedRevision: expected === 'no-stream' ? NO_STREAM : expected,
        deadline: deadlineMs,
        requiresLeader: true,
      });
      // So a real server answers a repeat of what a deleted stream held, and writes nothing.
      if (position === undefined) throw new StreamCutShort(streamId, 'the event was there and is deleted');
      // Behind a stream that was deleted another begins at the revision after it, and the server calls that no-stream too.
      const last = (expected === 'no-stream' ? -1n : expected) + BigInt(events.length);
      if (nextExpectedRevision !== last)
        throw new StreamCutShort(
          streamId,
          `the append ends at revision ${nextExpectedRevision} where ${last} was to be, behind events that are deleted`,
        );
      return { revision: nextExpectedRevision, position: position.commit };
    },
    letGo() {
      end.abort();
      return client.letGo();
    },
  };
}
