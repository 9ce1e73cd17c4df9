import { checkWait, type WaitOptions } from './check-call.js';
import { authorization, type Connection } from './connection.js';
import type { HttpRequest, Waiting } from './send-once.js';
import type { Problem } from './wire.js';

/** Ready to be sent, or why not. */
export type Ready = { ok: true; request: HttpRequest; waiting: Waiting } | { ok: false; problem: Problem };

/** A request with its deadline, made from the header that says who is calling. */
export function prepare(
  connection: Connection,
  request: (headers: Record<string, string>) => HttpRequest,
  options: WaitOptions = {},
): Ready {
  const problem = checkWait(options);
  if (problem) return { ok: false, problem };
  const authorized = authorization(connection);
  if (!authorized.ok) return authorized;
  const { timeoutMs = connection.timeoutMs, signal } = options;
  const waiting = { timeoutMs, deadlineAtMs: connection.clock.now() + timeoutMs, signal };
  return { ok: true, request: request(authorized.headers), waiting };
}
