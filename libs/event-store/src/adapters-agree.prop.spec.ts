/** Any order of appends, repeats and mistakes is answered alike by the store on disk and by the plain one in memory. */
import fc from 'fast-check';
import { collect } from './contract/fixtures.contract.js';
import { openWithInsides } from './embedded/open-embedded-event-store.js';
import { temporaryFolder } from './embedded/testing/temporary-folder.js';
import type { EventStore, ExpectedRevision, NewEvent } from './event-store.js';
import { InMemoryEventStore } from './in-memory/in-memory-event-store.js';

interface Step {
  readonly streamId: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
  /** Sent without waiting for the answers before it. */
  readonly atOnce: boolean;
}

/** Few streams, ids and revisions, so that conflicts and repeats are common. */
const step: fc.Arbitrary<Step> = fc.record({
  streamId: fc.constantFrom('a', 'a-b'),
  events: fc
    .uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 })
    .map((numbers) => numbers.map(eventNumber)),
  expected: fc.oneof(fc.constant('no-stream' as const), fc.bigInt({ min: 0n, max: 5n })),
  atOnce: fc.boolean(),
});

function eventNumber(n: number): NewEvent {
  return { id: `00000000-0000-4000-8000-00000000000${n}`, type: 'Numbered', data: { n }, metadata: {} };
}

async function run(store: EventStore, steps: readonly Step[]): Promise<unknown> {
  const answers: Promise<unknown>[] = [];
  for (const { streamId, events, expected, atOnce } of steps) {
    const answer = store.append(streamId, events, expected).catch(({ code, actual }) => ({ code, actual }));
    answers.push(answer);
    if (!atOnce) await answer;
  }
  return {
    answers: await Promise.all(answers),
    log: await collect(store.readAll()),
    backwards: await collect(store.readStream('a', { direction: 'backwards' })),
  };
}

it('the embedded store does what the in-memory store does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, headsMax) => {
        const folder = temporaryFolder();
        const embedded = await openWithInsides({ folder: folder.path, nowMs: () => 7 }, { headsMax });
        try {
          const plain = new InMemoryEventStore({ nowMs: () => 7 });
          expect(await run(embedded, steps)).toEqual(await run(plain, steps));
        } finally {
          await embedded.close();
          folder.remove();
        }
      },
    ),
    { numRuns: 40 },
  );
});
