import { type Logger, pino } from 'pino';

/** Bytes, and milliseconds after which even a single line is out. What is left is written when the process exits. */
const LOG_BUFFER = { minLength: 8 * 1024, periodicFlush: 50 };

/**
 * JSON lines on stderr. Lines that come together are written together: a write each costs more than making the line.
 * @param base members that every line gets; default: those of pino
 */
export const makeLogger = (level: string, base?: Readonly<Record<string, string>>): Logger =>
  pino({ level, ...(base ? { base } : {}) }, pino.destination({ dest: 2, sync: false, ...LOG_BUFFER }));
