import { resolve } from 'node:path';
import {
  allocateYoung,
  applyFlags,
  endAtOnce,
  lastResort,
  logLines,
  makeLogger,
  readyMessage,
  refuseToStart,
  stopOnSignal,
} from '@action-do/service-kit';
import { readConfig } from './config.js';
import { startStandalone } from './start-standalone.js';

const LISTENING = {
  host: 'DO_HTTP_HOST',
  port: 'DO_HTTP_PORT',
  example: (port: number) => `npm start -- --port ${port}`,
  portDefault: 8_420,
};

allocateYoung();
try {
  // npm runs a script in the folder of its package, and says in INIT_CWD where it was called.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const config = readConfig(applyFlags(process.argv.slice(2), process.env));
  // Actions are told where the data is by the same name.
  process.env['DO_DATA_DIR'] = resolve(from, config.DO_DATA_DIR);
  const lines = logLines();
  const logger = makeLogger(config.DO_LOG_LEVEL, undefined, lines);
  lastResort(logger);
  const onFatal = (error: Error): void => endAtOnce(`the event log cannot be written: ${error.message}`);
  const running = await startStandalone(config, logger, { from, onFatal, lines });
  stopOnSignal(running, config.DO_DRAIN_MS);
  process.stdout.write(`${readyMessage(running)}\n`);
} catch (error) {
  refuseToStart(error, LISTENING);
}
