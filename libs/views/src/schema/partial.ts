/**
 * Which rows the partial indexes hold, as SQL on their columns: a query that wants such an index repeats the words, for
 * an engine uses it only where it sees that the query asks for no other rows. No quote may be needed: the words are raw.
 */

/** Most rows are about themselves: their correlation is their own execution, by whose index they are found. */
export const CORRELATED_ELSEWHERE =
  "correlation_id is not null and coalesce(execution_id, '') <> correlation_id";

/** What nearly every execution has. All other events are rare, and found by an index. */
export const COMMON_TYPES: readonly string[] = ['ActionRequested', 'ActionStarted', 'ActionSucceeded'];
export const RARE_TYPE = `type not in (${COMMON_TYPES.map((type) => `'${type}'`).join(', ')})`;

/** Nearly all events of executions are found by where their execution begins. */
export const EXECUTION_ELSEWHERE = 'execution_position is null and execution_id is not null';

/** Events of an execution are found by it, and it by the key. */
export const KEY_WITHOUT_EXECUTION = 'execution_id is null and idempotency_key is not null';

/** Few of the open executions run at one moment; the others wait. */
export const HELD = 'executor is not null';
