/**
 * Appends as fast as it can until somebody kills it, and prints what it was told, one JSON line each:
 *   { acknowledged: { streamId, expected, ids, revision, position } }   an append was answered
 *   { seen: { id, position } }                                         a subscriber was shown an event
 * Arguments: folder, number of writers.
 */
import { randomUUID } from 'node:crypto';
import type { EventStore, ExpectedRevision } from '../../event-store.js';
import { openEmbeddedEventStore } from '../open-embedded-event-store.js';

export interface Acknowledged {
  readonly streamId: string;
  /** A revision as text, or no-stream. */
  readonly expected: string;
  readonly ids: readonly string[];
  readonly revision: string;
  readonly position: string;
}
export type Report =
  | { readonly acknowledged: Acknowledged }
  | { readonly seen: { readonly id: string; readonly position: string } };

/** Pipes are written at once: a line is printed before the next append is sent. */
function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function appendAndReport(
  store: EventStore,
  streamId: string,
  count: number,
  expected: ExpectedRevision,
): Promise<bigint> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const events = ids.map((id) => ({ id, type: 'ActionRequested', data: { streamId }, metadata: {} }));
  const { revision, position } = await store.append(streamId, events, expected);
  report({
    acknowledged: {
      streamId,
      expected: `${expected}`,
      ids,
      revision: `${revision}`,
      position: `${position}`,
    },
  });
  return revision;
}

/** The shape of an execution: two events to claim, one or more to settle. */
async function writeForEver(store: EventStore): Promise<never> {
  for (let round = 0; ; round += 1) {
    const streamId = `kill-${randomUUID()}`;
    const claimed = await appendAndReport(store, streamId, 2, 'no-stream');
    await appendAndReport(store, streamId, 1 + (round % 3), claimed);
  }
}

async function followForEver(store: EventStore): Promise<void> {
  const { signal } = new AbortController();
  for await (const item of store.subscribe({ after: 'end', signal }))
    if (item.kind === 'event') report({ seen: { id: item.event.id, position: `${item.event.position}` } });
}

const [folder = '', writers = '16'] = process.argv.slice(2);
const store = await openEmbeddedEventStore({ folder });
await Promise.all([
  followForEver(store),
  ...Array.from({ length: Number(writers) }, () => writeForEver(store)),
]);
