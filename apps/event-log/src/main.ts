import { pino } from 'pino';
import { readConfig } from './config.js';
import { FATAL_EXIT_CODE, lastResort } from './last-resort.js';
import { startEventLog } from './start-event-log.js';
import { stopOnSignal } from './stop-on-signal.js';

/** Says what is wrong in one line and leaves: a stack tells a user nothing. */
function refuseToStart(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`the event log cannot start: ${reason}\n`);
  process.exit(1);
}

try {
  // npm runs a script in the folder of its package, and says in INIT_CWD where it was called.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const config = readConfig(process.env);
  const logger = pino({ level: config.DO_LOG_LEVEL }, pino.destination({ dest: 2, sync: true }));
  lastResort(logger);
  const onFatal = (error: Error): void => {
    process.stderr.write(`the event log stops: it cannot be written: ${error.message}\n`);
    process.exit(FATAL_EXIT_CODE);
  };
  const running = await startEventLog(config, logger, { from, onFatal });
  stopOnSignal(running, config.DO_DRAIN_MS);
  const { url, folder, logId, statusUrl } = running;
  const status = statusUrl === null ? '' : `\n  status    ${statusUrl}/health/ready`;
  process.stdout.write(`event log ready at ${url}\n  log       ${logId} in ${folder}${status}\n`);
} catch (error) {
  refuseToStart(error);
}
