import { join } from 'node:path';
import {
  readLedger,
  startNatsServer,
  startPostgres,
  startServices,
  temporaryFolder,
} from '@action-do/test-support';
import { ClientProcess } from '../client-process.js';
import { askThrice } from '../duplicates/ask-thrice.js';
import type { Batch, Heard } from '../duplicates/client.js';
import { judge } from '../duplicates/judge.js';
import { countRecorded } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';

const SIZE = 2;

/** As `duplicates`, on two of each service: what one executor does, callers wait for at the other. */
export const services: TortureMode = {
  about:
    'each execution asked for three times at once, through two gateways, with two executors and projectors',
  unit: 'executions',
  roundsDefault: 20_000,
  run: async (options) => {
    const folder = temporaryFolder('action-do-services');
    const ends: (() => Promise<unknown>)[] = [async () => folder.remove()];
    try {
      const nats = await startNatsServer();
      ends.push(() => nats.stop());
      const postgres = await startPostgres();
      ends.push(() => postgres.stop());
      return await runOn(options, folder.path, nats.url, postgres.database());
    } finally {
      for (const end of ends.reverse()) await end();
    }
  },
};

async function runOn(
  options: TortureOptions,
  folder: string,
  natsUrl: string,
  databaseUrl: string,
): Promise<TortureReport> {
  const ledgerFile = join(folder, 'ledger.txt');
  const dataDir = join(folder, 'data');
  const env = { ADO_LEDGER: ledgerFile };
  const platform = await startServices({ dataDir, size: SIZE, natsUrl, databaseUrl, env });
  const { apiKey, stack } = platform;
  const clients = stack.urls.map((url) => ({
    client: new ClientProcess<Batch, Heard[]>('./duplicates/client.ts'),
    place: { url, apiKey },
  }));
  const begunMs = performance.now();
  try {
    const heard = await askThrice(options, clients);
    const tookMs = performance.now() - begunMs;
    const lines = readLedger(ledgerFile);
    const code = await platform.stop();
    const recorded = await countRecorded(join(dataDir, 'log'));
    const effects = lines.map(({ id }) => id);
    const report = judge({ rounds: options.rounds, heard, effects, recorded, code, tookMs });
    const byExecutor = new Set(lines.map(({ pid }) => pid)).size;
    // One alone would show nothing of what is between them.
    const idle = byExecutor === SIZE ? [] : [`${byExecutor} of ${SIZE} executors did something`];
    return {
      figures: { ...report.figures, 'executors that performed': byExecutor },
      violations: [...report.violations, ...idle],
    };
  } finally {
    await Promise.all(clients.map(({ client }) => client.end()));
    await platform.kill();
  }
}
