import type { ActionContext } from '../action-context.js';
import type { JsonObject } from '../json.js';

export type WorkerLogger = ActionContext['logger'];

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One JSON line each, as the platform writes its own; debug lines are left out. */
export function linesTo(write: (line: string) => void): WorkerLogger {
  const level = (name: string) => (msg: string, fields?: JsonObject) =>
    write(`${JSON.stringify({ level: name, time: new Date().toISOString(), ...fields, msg })}\n`);
  return { debug: () => undefined, info: level('info'), warn: level('warn'), error: level('error') };
}

/** The logger as an attempt has it: its fields on every line, and no line can make the attempt fail. */
export function guardLogger(logger: WorkerLogger, fields: JsonObject): WorkerLogger {
  const guard = (level: (typeof LEVELS)[number]) => (message: string, more?: JsonObject) => {
    try {
      logger[level](message, { ...more, ...fields });
    } catch {
      // The author's own logger failed; the work goes on.
    }
  };
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') };
}
