import { resolve } from 'node:path';
import {
  applyFlags,
  loadActions,
  makeLogger,
  modulesIn,
  readyMessage,
  refuseToStart,
  stopOnSignal,
} from '@action-do/service-kit';
import { addressOf } from './address-of.js';
import { readConfig } from './config.js';
import { insistOnPrograms } from './programs.js';
import { startStack } from './start-stack.js';

const LISTENING = {
  host: 'DO_HTTP_HOST',
  port: 'DO_HTTP_PORT',
  example: (port: number) => `npm run stack -- --port ${port}`,
  portDefault: 8_420,
};
/** Besides what the services take to drain: servers end after them. */
const SERVERS_END_MS = 10_000;

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
  const stack = await startStack({
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
    log: 'inherit',
    onWarning: (message) => logger.warn({}, message),
  });
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
  stopOnSignal(stack, config.DO_DRAIN_MS + SERVERS_END_MS);
  process.stdout.write(`${readyMessage({ ...stack, dataDir, actions, recovered: 0 })}\n`);
  const why = await stack.died;
  process.stderr.write(`action.do stops: ${why}\n`);
  await stack.close();
  process.exit(1);
} catch (error) {
  refuseToStart(error, LISTENING);
}
