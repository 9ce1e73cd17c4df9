import { resolve } from 'node:path';
import { pino } from 'pino';
import { applyFlags } from './command-line.js';
import { readConfig } from './config.js';
import { explainStartError } from './explain-start-error.js';
import { FATAL_EXIT_CODE, lastResort } from './last-resort.js';
import { readyMessage } from './ready-message.js';
import { startStandalone } from './start-standalone.js';
import { stopOnSignal } from './stop-on-signal.js';

/** Bytes, and milliseconds after which even a single line is out. What is left is written when the process exits. */
const LOG_BUFFER = { minLength: 8 * 1024, periodicFlush: 50 };

/** Says what is wrong in one line and leaves: a stack tells a user nothing. */
function refuseToStart(error: unknown): never {
  process.stderr.write(`action.do cannot start: ${explainStartError(error)}\n`);
  process.exit(1);
}

try {
  // npm runs a script in the folder of its package, and says in INIT_CWD where it was called.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const config = readConfig(applyFlags(process.argv.slice(2), process.env));
  // Actions are told where the data is by the same name.
  process.env['DO_DATA_DIR'] = resolve(from, config.DO_DATA_DIR);
  // Lines that come together are written together: a write each costs more than making the line.
  const logger = pino(
    { level: config.DO_LOG_LEVEL },
    pino.destination({ dest: 2, sync: false, ...LOG_BUFFER }),
  );
  lastResort(logger);
  const onFatal = (error: Error): void => {
    process.stderr.write(`action.do stops: the event log cannot be written: ${error.message}\n`);
    process.exit(FATAL_EXIT_CODE);
  };
  const running = await startStandalone(config, logger, { from, onFatal });
  stopOnSignal(running, config.DO_DRAIN_MS);
  process.stdout.write(`${readyMessage(running)}\n`);
} catch (error) {
  refuseToStart(error);
}
