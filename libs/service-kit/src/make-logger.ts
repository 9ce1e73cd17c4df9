import { type Logger, pino } from 'pino';
import { LogLines } from './log-lines.js';
import { stderrUnwaited } from './stderr-unwaited.js';

/**
 * JSON lines on stderr. pino's own way there tries for ever, at the end of the process, to write to a terminal that was closed
 * or into a pipe that nobody reads.
 * @param base members that every line gets; default: those of pino
 */
export function makeLogger(level: string, base?: Readonly<Record<string, string>>): Logger {
  const lines = new LogLines(stderrUnwaited());
  process.once('exit', () => lines.flushSync());
  return pino({ level, ...(base ? { base } : {}) }, lines);
}
