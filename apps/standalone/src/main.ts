import { pino } from 'pino';
import { applyFlags } from './command-line.js';
import { readConfig } from './config.js';
import { readyMessage } from './ready-message.js';
import { startStandalone } from './start-standalone.js';
import { stopOnSignal } from './stop-on-signal.js';

/** Says what is wrong in one line and leaves: a stack tells a user nothing. */
function refuseToStart(error: unknown): never {
  process.stderr.write(`action.do cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

try {
  const env = applyFlags(process.argv.slice(2), process.env);
  const config = readConfig(env);
  // Actions are told where the data is by the same name.
  process.env['DO_DATA_DIR'] = config.DO_DATA_DIR;
  const logger = pino(
    { level: config.DO_LOG_LEVEL },
    pino.destination({ dest: 2, sync: false, minLength: 0 }),
  );
  const onFatal = (error: Error): void => {
    process.stderr.write(`action.do stops: the event log cannot be written: ${error.message}\n`);
    process.exit(70);
  };
  const running = await startStandalone(config, logger, onFatal);
  stopOnSignal(running, config.DO_DRAIN_MS);
  process.stdout.write(`${readyMessage(running)}\n`);
} catch (error) {
  refuseToStart(error);
}
