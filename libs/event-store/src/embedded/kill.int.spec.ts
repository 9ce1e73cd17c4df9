/**
 * E1, E3 and E4 against kill -9: a process appends and reports each answer, and is killed at a random moment.
 * ADO_KILL_ROUNDS asks for more rounds than the three of every run.
 */
import { randomInt } from 'node:crypto';
import { collect } from '../contract/fixtures.contract.js';
import type { RecordedEvent } from '../event-store.js';
import { openEmbeddedEventStore } from './open-embedded-event-store.js';
import type { Acknowledged, Report } from './testing/append-until-killed.js';
import { runSource } from './testing/run-source.js';
import { temporaryFolder } from './testing/temporary-folder.js';

const rounds = Number(process.env['ADO_KILL_ROUNDS'] ?? 3);
const temporary = temporaryFolder();
afterAll(() => temporary.remove());

interface Heard {
  readonly acknowledged: Acknowledged[];
  readonly seen: Map<string, string>;
}

async function appendUntilKilled(folder: string): Promise<Heard> {
  const heard: Heard = { acknowledged: [], seen: new Map() };
  const program = runSource('./append-until-killed.ts', [folder, '16']);
  const linesToHear = randomInt(1, 2_000);
  let lines = 0;
  try {
    for await (const line of program.lines) {
      const report: Report = JSON.parse(line);
      if ('acknowledged' in report) heard.acknowledged.push(report.acknowledged);
      else heard.seen.set(report.seen.id, report.seen.position);
      lines += 1;
      if (lines === linesToHear) program.process.kill('SIGKILL');
    }
  } finally {
    program.process.kill('SIGKILL');
  }
  expect({ ended: await program.ended, errors: program.errorText() }).toEqual({
    ended: 'SIGKILL',
    errors: '',
  });
  return heard;
}

/** What must hold in any log, whoever was told what. */
function expectLegal(log: readonly RecordedEvent[]): void {
  const lengths = new Map<string, bigint>();
  let previous = 0n;
  for (const { streamId, revision, position } of log) {
    expect(position > previous).toBe(true);
    previous = position;
    expect(revision).toBe(lengths.get(streamId) ?? 0n);
    lengths.set(streamId, revision + 1n);
  }
  expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
  // The first append to each stream has two events: one alone would be half an append.
  expect([...lengths.values()].filter((length) => length === 1n)).toEqual([]);
}

describe('after kill -9', () => {
  let before: RecordedEvent[] = [];

  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'every acknowledged or seen event is there once, at its place, and a repeat gets the old answer (round %i)',
    async () => {
      const folder = temporary.path;
      const { acknowledged, seen } = await appendUntilKilled(folder);
      const store = await openEmbeddedEventStore({ folder });
      try {
        const log = await collect(store.readAll());
        expectLegal(log);
        expect(log.slice(0, before.length)).toEqual(before);
        const places = new Map(log.map((event) => [event.id, event]));
        for (const [id, position] of seen) expect(`${places.get(id)?.position}`).toBe(position);
        for (const { streamId, expected, ids, revision, position } of acknowledged) {
          const stored = ids.map((id) => places.get(id));
          expect(stored.map((event) => event?.streamId)).toEqual(ids.map(() => streamId));
          expect(`${stored.at(-1)?.revision} ${stored.at(-1)?.position}`).toBe(`${revision} ${position}`);
          const repeat = stored.flatMap((event) => (event ? [event] : []));
          const answer = await store.append(
            streamId,
            repeat,
            expected === 'no-stream' ? expected : BigInt(expected),
          );
          expect(answer).toEqual({ revision: BigInt(revision), position: BigInt(position) });
        }
        expect(await collect(store.readAll())).toHaveLength(log.length);
        before = log;
      } finally {
        await store.close();
      }
    },
    60_000,
  );
});
