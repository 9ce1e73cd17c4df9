import { type ActionRef, RetireCommand } from '@action-do/contracts';
import { RequestRefused } from '../http/request-refused.js';

const NAMES = ['reason', 'successor'];

/**
 * From `DELETE …?reason=…&successor=<name>@<version>` to the command.
 * @throws RequestRefused REQUEST_INVALID: a parameter is not known, missing, repeated, or has not its form
 */
export function readRetireQuery(ref: ActionRef, query: Record<string, unknown>): RetireCommand {
  const unknown = Object.keys(query).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw refuse(
      unknown.slice(0, 64),
      'unknown_name',
      `is no query parameter; there are ${NAMES.join(', ')}`,
    );
  const { reason, successor } = query;
  const read = RetireCommand.shape.reason.safeParse(reason);
  if (!read.success)
    throw refuse('reason', 'required', 'says in 1 to 1,000 characters why; it is recorded for good');
  return { ...ref, reason: read.data, ...(successor === undefined ? {} : { successor: readRef(successor) }) };
}

function readRef(given: unknown): ActionRef {
  const [, name, version] = /^([^@]*)@([1-9]\d{0,8})$/.exec(String(given)) ?? [];
  const read = RetireCommand.shape.successor.safeParse({ name, version: Number(version) });
  if (read.success && read.data !== undefined && typeof given === 'string') return read.data;
  throw refuse('successor', 'invalid', 'is written <name>@<version>, such as send-invoice@2');
}

const refuse = (path: string, code: string, message: string): RequestRefused =>
  new RequestRefused('REQUEST_INVALID', {
    detail: `The query parameter ${JSON.stringify(path)}: ${message}.`,
    issues: [{ path, code, message }],
  });
