import { join } from 'node:path';
import { readLedger, startPlatform, temporaryFolder } from '@action-do/test-support';
import { ClientProcess } from '../client-process.js';
import { countRecorded } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import type { Batch, Heard } from './client.js';
import { findUnequal } from './find-unequal.js';

const BATCH = 50;
const ACTIONS = ['note-idempotent', 'note-unsafe'];

/** Each execution is asked for three times at once, by two processes: two of the three by one, taking turns. */
export const duplicates: TortureMode = {
  about: 'each execution asked for three times at once from two client processes',
  unit: 'executions',
  roundsDefault: 2_000,
  run: async ({ seed, rounds, say }) => {
    const folder = temporaryFolder('action-do-duplicates');
    const clients = [0, 1].map(() => new ClientProcess<Batch, Heard[]>('./duplicates/client.ts'));
    try {
      return await runDuplicates({ seed, rounds, say }, folder.path, clients);
    } finally {
      await Promise.all(clients.map((client) => client.end()));
      folder.remove();
    }
  },
};

async function runDuplicates(
  { seed, rounds, say }: TortureOptions,
  folder: string,
  clients: readonly ClientProcess<Batch, Heard[]>[],
): Promise<TortureReport> {
  const ledgerFile = join(folder, 'ledger.txt');
  const platform = await startPlatform({ dataDir: join(folder, 'data'), env: { ADO_LEDGER: ledgerFile } });
  const heard: Heard[] = [];
  const begunMs = performance.now();
  try {
    for (let first = 0; first < rounds; first += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, rounds - first) }, (_, index) => first + index);
      const { url, apiKey } = platform;
      const replies = clients.map((client, index) => {
        const calls = ids.map((id) => ({
          id: `d${seed}-${id}`,
          action: ACTIONS[id % ACTIONS.length] ?? '',
          times: id % clients.length === index ? 2 : 1,
        }));
        return client.ask({ url, apiKey, calls });
      });
      heard.push(...(await Promise.all(replies)).flat());
      if ((first + BATCH) % 500 === 0) say(`${first + BATCH} of ${rounds} executions`);
    }
    const tookMs = performance.now() - begunMs;
    const code = await platform.stop();
    const recorded = await countRecorded(join(folder, 'data', 'log'));
    const effects = readLedger(ledgerFile).map(({ id }) => id);
    return judge({ rounds, heard, effects, recorded, code, tookMs });
  } finally {
    await platform.kill();
  }
}

interface Seen {
  readonly rounds: number;
  readonly heard: readonly Heard[];
  readonly effects: readonly string[];
  readonly recorded: ReadonlyMap<string, number>;
  readonly code: number | null;
  readonly tookMs: number;
}

function judge({ rounds, heard, effects, recorded, code, tookMs }: Seen): TortureReport {
  const outcomes = recorded.get('ActionSucceeded') ?? 0;
  const events = [...recorded.values()].reduce((sum, count) => sum + count, 0);
  const unequal = findUnequal(heard, 3);
  const violations = [...unequal];
  const expectCount = (what: string, count: number, expected: number): void => {
    if (count !== expected) violations.push(`${what}: ${count} instead of ${expected}`);
  };
  expectCount('executions heard of', new Set(heard.map(({ id }) => id)).size, rounds);
  expectCount('effects', effects.length, rounds);
  expectCount('executions with an effect', new Set(effects).size, rounds);
  expectCount('ActionSucceeded', outcomes, rounds);
  expectCount('events (three an execution)', events, rounds * 3);
  expectCount('exit code', code ?? -1, 0);
  const figures = {
    executions: rounds,
    requests: heard.length,
    effects: effects.length,
    outcomes,
    'executions with unequal answers': unequal.length,
    'requests per second': Math.round((heard.length / tookMs) * 1_000),
  };
  return { figures, violations };
}
