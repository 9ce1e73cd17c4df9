import { attachTo, awaitOutcome, executionOf, failure, notOurs } from './await-outcome.js';
import { type ActionCall, checkCall, type WaitOptions } from './check-call.js';
import { type ControlOptions, type ControlVerb, checkControl, type ResolveOptions } from './check-control.js';
import type { Connection } from './connection.js';
import { control } from './control.js';
import { DoError } from './do-error.js';
import { exchange } from './exchange.js';
import type { ListQuery } from './list-query.js';
import type { Controlled, Outcome, Success } from './outcome.js';
import { pathSegment } from './path-segment.js';
import { prepare, type Ready } from './prepare.js';
import { readEvents, readExecution } from './read-execution.js';
import { readList } from './read-list.js';
import type { Answered, Run } from './run.js';
import type { HttpRequest } from './send-once.js';
import type { Actions, NameOf, ParamsOf, ResultOf } from './typed-actions.js';
import type { AuditEvent, Execution, ListedExecution } from './wire.js';

/**
 * `d.action`. Nothing that happens on the way or at the other end is thrown, but by `executeOrThrow` and out of the
 * loop over `list`.
 *
 * Invariants: A1 every repeat of a call has the same body, key, request id and time of first sending. A2 the end of the
 * waiting (deadline, signal) is never told as a failure of the work. A3 there is a result or an error, never both.
 */
export class ActionApi<A extends Actions> {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Executes an action and waits for its outcome. */
  async execute<N extends NameOf<A>>(call: ActionCall<N, ParamsOf<A, N>>): Promise<Outcome<ResultOf<A, N>>> {
    const ready = this.#call(call, 'wait');
    if (!ready.ok) return failure(ready.problem);
    const outcome = await awaitOutcome(this.#connection, ready.request, ready.waiting);
    return outcome as Outcome<ResultOf<A, N>>;
  }

  /** As `execute`. @throws DoError instead of returning it */
  async executeOrThrow<N extends NameOf<A>>(
    call: ActionCall<N, ParamsOf<A, N>>,
  ): Promise<Success<ResultOf<A, N>>> {
    const outcome = await this.execute(call);
    if (outcome.error) throw outcome.error;
    return outcome;
  }

  /** Starts an action without waiting for it: answered as soon as the request is recorded for good. */
  async start<N extends NameOf<A>>(
    call: ActionCall<N, ParamsOf<A, N>>,
  ): Promise<Outcome<Run<ResultOf<A, N>>>> {
    const ready = this.#call(call, 'respond-async');
    if (!ready.ok) return failure(ready.problem);
    const answer = await exchange(this.#connection, ready.request, ready.waiting);
    if (answer.kind === 'failed') return failure(answer.problem);
    const execution = executionOf(answer.body);
    if (!execution) return failure(notOurs(this.#connection));
    return { result: this.#run<ResultOf<A, N>>(execution), error: undefined, execution };
  }

  /** Looks at an execution without waiting; the error is PENDING while there is no outcome. */
  async get(executionId: string): Promise<Outcome<unknown>> {
    const ready = this.#ask((headers) => ({ method: 'GET', path: pathOf(executionId), headers }));
    if (!ready.ok) return failure(ready.problem);
    return readExecution(this.#connection, ready.request, ready.waiting);
  }

  /**
   * Cancels an execution: at once what waits; of an attempt under way the outcome decides, and is waited for, so look at
   * the status. Cancelled is no error here.
   */
  cancel(executionId: string, options: ControlOptions): Promise<Controlled> {
    return this.#control('cancel', executionId, options);
  }

  /** Does the work of a failed execution, or of one of unknown outcome, once more, as a new execution, and waits for it. */
  retry(executionId: string, options: ControlOptions): Promise<Controlled> {
    return this.#control('retry', executionId, options);
  }

  /** Says what became of an execution of unknown outcome. */
  resolve(executionId: string, options: ResolveOptions): Promise<Controlled> {
    return this.#control('resolve', executionId, options);
  }

  /** Takes back what a succeeded execution did, and waits until that is done. */
  undo(executionId: string, options: ControlOptions): Promise<Controlled> {
    return this.#control('undo', executionId, options);
  }

  /** Every execution that the query finds, newest first, over all pages. @throws DoError out of the loop */
  list(query: ListQuery = {}): AsyncIterable<ListedExecution> {
    return readList<ListedExecution>(this.#connection, '/v1/executions', query);
  }

  #run<R>(execution: Execution): Run<R> {
    const { id } = execution;
    return {
      id,
      execution,
      wait: async (options) => (await this.#wait(execution, options)) as Outcome<R>,
      get: async () => (await this.get(id)) as Outcome<R>,
      events: () => this.#events(id),
      cancel: async (options) => (await this.cancel(id, options)) as Controlled<R>,
    };
  }

  async #wait(execution: Execution, options?: WaitOptions): Promise<Outcome<unknown>> {
    const ready = this.#ask((headers) => attachTo(execution.id, headers), options);
    if (!ready.ok) return failure(ready.problem, execution);
    return awaitOutcome(this.#connection, ready.request, ready.waiting, { started: execution });
  }

  async #events(id: string): Promise<Answered<readonly AuditEvent[]>> {
    const ready = this.#ask((headers) => ({ method: 'GET', path: `${pathOf(id)}/events`, headers }));
    if (!ready.ok) return { result: undefined, error: new DoError(ready.problem) };
    return readEvents(this.#connection, ready.request, ready.waiting);
  }

  async #control(verb: ControlVerb, id: string, options: ControlOptions): Promise<Controlled> {
    const checked = checkControl(verb, id, options);
    if (!checked.ok) return failure(checked.problem);
    const ready = this.#ask(
      (headers) => ({
        method: 'POST',
        path: checked.path,
        body: checked.body,
        prefer: 'wait',
        headers: { ...headers, 'Content-Type': 'application/json', 'Do-Request-Id': crypto.randomUUID() },
      }),
      options,
    );
    if (!ready.ok) return failure(ready.problem);
    return control(this.#connection, ready.request, ready.waiting);
  }

  #call(call: ActionCall<string, unknown>, prefer: 'wait' | 'respond-async'): Ready {
    const checked = checkCall(this.#connection, call);
    if (!checked.ok) return checked;
    return this.#ask(
      (headers) => ({
        method: 'POST',
        path: checked.path,
        body: checked.body,
        prefer,
        headers: {
          ...headers,
          ...checked.headers,
          'Content-Type': 'application/json',
          'Do-Request-Id': crypto.randomUUID(),
          'Repeatability-First-Sent': new Date(this.#connection.clock.now()).toISOString(),
        },
      }),
      call,
    );
  }

  #ask(request: (headers: Record<string, string>) => HttpRequest, options?: WaitOptions): Ready {
    return prepare(this.#connection, request, options);
  }
}

const pathOf = (executionId: string): string => `/v1/executions/${pathSegment(executionId)}`;
