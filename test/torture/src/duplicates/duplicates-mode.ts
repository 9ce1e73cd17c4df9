import { join } from 'node:path';
import { readLedger, startPlatform, temporaryFolder } from '@action-do/test-support';
import { ClientProcess } from '../client-process.js';
import { countRecorded } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { askThrice } from './ask-thrice.js';
import type { Batch, Heard } from './client.js';
import { judge } from './judge.js';

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
  options: TortureOptions,
  folder: string,
  clients: readonly ClientProcess<Batch, Heard[]>[],
): Promise<TortureReport> {
  const ledgerFile = join(folder, 'ledger.txt');
  const platform = await startPlatform({ dataDir: join(folder, 'data'), env: { ADO_LEDGER: ledgerFile } });
  const begunMs = performance.now();
  try {
    const { url, apiKey } = platform;
    const heard = await askThrice(
      options,
      clients.map((client) => ({ client, place: { url, apiKey } })),
    );
    const tookMs = performance.now() - begunMs;
    const code = await platform.stop();
    const recorded = await countRecorded(join(folder, 'data', 'log'));
    const effects = readLedger(ledgerFile).map(({ id }) => id);
    return judge({ rounds: options.rounds, heard, effects, recorded, code, tookMs });
  } finally {
    await platform.kill();
  }
}
