import { awaitOutcome } from './await-outcome.js';
import type { Connection } from './connection.js';
import type { Controlled } from './outcome.js';
import type { HttpRequest, Waiting } from './send-once.js';

/**
 * Sends an operator's word, and the same again until it has taken effect or this side stops waiting: a repeat only joins.
 * What came out as the word wanted it the gateway tells as an execution, be it a cancelled one; anything else is an error.
 */
export const control = (
  connection: Connection,
  request: HttpRequest,
  waiting: Waiting,
): Promise<Controlled> => awaitOutcome(connection, request, waiting, { again: () => request });
