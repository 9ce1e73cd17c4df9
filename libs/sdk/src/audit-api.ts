import type { WaitOptions } from './check-call.js';
import type { Connection } from './connection.js';
import { DoError } from './do-error.js';
import type { AuditQuery } from './list-query.js';
import { pathSegment } from './path-segment.js';
import { prepare } from './prepare.js';
import { readEvents } from './read-execution.js';
import { readList } from './read-list.js';
import type { Answered } from './run.js';
import type { AuditEvent } from './wire.js';

/** `d.audit`: what was recorded. */
export class AuditApi {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Every event that the query finds, newest first, over all pages: `for await (const event of d.audit.query({…}))`.
   * A page that cannot be had throws DoError out of the loop, after the repeats that `execute` makes too.
   */
  query(query: AuditQuery = {}): AsyncIterable<AuditEvent> {
    return readList<AuditEvent>(this.#connection, '/v1/audit/events', query);
  }

  /** Everything that was recorded of one execution, in order: read from the log itself, so never behind. */
  async get(executionId: string, options: WaitOptions = {}): Promise<Answered<readonly AuditEvent[]>> {
    const path = `/v1/executions/${pathSegment(executionId)}/events`;
    const ready = prepare(this.#connection, (headers) => ({ method: 'GET', path, headers }), options);
    if (!ready.ok) return { result: undefined, error: new DoError(ready.problem) };
    return readEvents(this.#connection, ready.request, ready.waiting);
  }
}
