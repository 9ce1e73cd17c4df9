import { resolve } from 'node:path';
import {
  applyFlags,
  lastResort,
  loadActions,
  makeLogger,
  modulesIn,
  readyMessage,
  refuseToStart,
  stopOnSignal,
} from '@action-do/service-kit';
import { addressOf } from './address-of.js';
import { readConfig } from './config.js';
import { dropUnread } from './drop-unread.js';
import { insistOnPrograms } from './programs.js';
import { type RunningStack, startStack } from './start-stack.js';

const LISTENING = {
  host: 'DO_HTTP_HOST',
  port: 'DO_HTTP_PORT',
  example: (port: number) => `npm run stack -- --port ${port}`,
  portDefault: 8_420,
};
/** Besides what the services take to drain: servers end after them. */
const SERVERS_END_MS = 10_000;

const told = new AbortController();
let starting: Promise<RunningStack> | null = null;
let ending: Promise<void> | null = null;
/** What was begun is ended, whether it was ready or not. Once: a second SIGTERM would cut a service off. */
const close = (): Promise<void> => {
  ending ??= endAll();
  return ending;
};
async function endAll(): Promise<void> {
  told.abort(new Error('told to end before it was ready'));
  const stack = await starting?.catch(() => null);
  await stack?.close();
}

dropUnread(process.stdout, process.stderr);
try {
  // npm runs a script in the folder of its package, and says in INIT_CWD where it was called.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const env = applyFlags(process.argv.slice(2), process.env);
  const config = readConfig(env);
  insistOnPrograms(config);
  const dataDir = resolve(from, config.DO_DATA_DIR);
  process.env['DO_DATA_DIR'] = dataDir;
  // Their contracts are shown; whoever performs them loads them once more.
  const actions = (
    await Promise.all(modulesIn(config.DO_ACTIONS).map((path) => loadActions(path, from)))
  ).flat();
  const logger = makeLogger(config.DO_LOG_LEVEL, { service: 'stack' });
  // Before anything is begun: at a signal that nobody handles its processes would stay.
  const withinMs = config.DO_DRAIN_MS + SERVERS_END_MS;
  stopOnSignal({ close }, withinMs);
  lastResort(logger, { close, withinMs });
  starting = startStack({
    dataDir,
    tenant: config.DO_TENANT,
    httpHost: config.DO_HTTP_HOST,
    httpPort: config.DO_HTTP_PORT,
    size: config.DO_STACK_SIZE,
    masterKey: config.DO_MASTER_KEY,
    natsUrl: config.DO_NATS_URL,
    eventStore: config.DO_EVENT_STORE,
    databaseUrl: config.DO_DATABASE_URL,
    env: { ...env, INIT_CWD: from },
    // This one is bundled beside them.
    programs: new URL('./', import.meta.url),
    log: 'inherit',
    onWarning: (message) => logger.warn({}, message),
    signal: told.signal,
  });
  const stack = await starting;
  const { natsUrl, eventStore, databaseUrl, urls } = stack;
  logger.info(
    {
      nats: addressOf(natsUrl),
      eventStore: addressOf(eventStore),
      database: addressOf(databaseUrl),
      gateways: urls,
    },
    'what the stack stands on',
  );
  process.stdout.write(`${readyMessage({ ...stack, dataDir, actions, recovered: 0 })}\n`);
  const why = await stack.died;
  process.stderr.write(`action.do stops: ${why}\n`);
  // What misses it may end uncleanly, which is no news.
  await close().catch(() => undefined);
  process.exit(1);
} catch (error) {
  // Whoever told it to end is no fault: the signal's handler leaves.
  if (!told.signal.aborted) refuseToStart(error, LISTENING);
}
