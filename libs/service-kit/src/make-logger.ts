import { type Logger, pino } from 'pino';
import { LogLines } from './log-lines.js';
import { stderrUnwaited } from './stderr-unwaited.js';

/** Of this process, on stderr, all out when it ends: one a process, for of two each cuts the other's lines. */
export function logLines(): LogLines {
  const lines = new LogLines(stderrUnwaited());
  process.once('exit', () => lines.flushSync());
  return lines;
}

/**
 * JSON lines on stderr. pino's own way there tries for ever, at the end of the process, to write to a terminal that was closed
 * or into a pipe that nobody reads.
 * @param base members that every line gets; default: those of pino
 * @param lines those of the process, where others write into them too
 */
export function makeLogger(
  level: string,
  base?: Readonly<Record<string, string>>,
  lines = logLines(),
): Logger {
  return pino({ level, ...(base ? { base } : {}) }, lines);
}
