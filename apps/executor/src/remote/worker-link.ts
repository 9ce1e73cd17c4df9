import {
  type ErrorCause,
  type ExecutionId,
  executionId,
  type HandlerAbort,
  type HandlerQuestion,
  type HandlerUndo,
  HEADERS,
  handlerSubjects,
  type JsonValue,
  type TenantName,
} from '@action-do/contracts';
import {
  type Bus,
  BusClosed,
  BusInterrupted,
  type BusReply,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  type StopSignal,
} from '@action-do/messaging';
import type { ActionContext } from '@do-sdk/actions';
import type { Attempt } from '../execution/run-attempt.js';
import type { Clock, Log } from '../ports.js';
import { type CheckResult, type Report, readReport } from './read-reply.js';

/** What came of a question: a report, or why there is none. */
export type Said =
  | Report
  /** Somebody listens, and nobody knows. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'nobody'; readonly cause?: ErrorCause }
  /** The question did not get through, or its answer did not. */
  | { readonly kind: 'trouble' }
  /** The bus is closed: no question will ever be answered again. */
  | { readonly kind: 'closed' };

const TIMEOUT_MS_MAX = 2 ** 31 - 1;
const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

export const executionOf = ({ scope, request }: Attempt): ExecutionId =>
  executionId(scope, request.generation);

/** Requests to the workers of one version of one tenant's action: subjects, headers, and nothing of what they mean. */
export class WorkerLink {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly logger: Log,
    private readonly tenant: TenantName,
    private readonly action: string,
    private readonly version: number,
  ) {}

  /** Asks some worker to perform the attempt. Rejects as `Bus.request` does, or with the reason of `signal`. */
  run(attempt: Attempt, context: ActionContext, timeoutMs: number, signal: StopSignal): Promise<BusReply> {
    const subject = handlerSubjects.run(this.tenant, this.action, this.version);
    return this.send(subject, attempt, context, timeoutMs, signal);
  }

  /** Asks some worker's probe. Rejects as `run` does. */
  probe(attempt: Attempt, context: ActionContext, timeoutMs: number, signal: StopSignal): Promise<BusReply> {
    const subject = handlerSubjects.probe(this.tenant, this.action, this.version);
    return this.send(subject, attempt, context, timeoutMs, signal);
  }

  /** Asks some worker to take back what came to `result`. Rejects as `run` does. */
  undo(
    attempt: Attempt,
    result: JsonValue,
    context: ActionContext,
    timeoutMs: number,
    signal: StopSignal,
  ): Promise<BusReply> {
    const subject = handlerSubjects.undo(this.tenant, this.action, this.version);
    const body: HandlerUndo = { params: attempt.request.params, result };
    return this.send(subject, attempt, context, timeoutMs, signal, body);
  }

  /** Asks all workers; the first that knows answers. Never rejects. */
  async ask(question: HandlerQuestion, timeoutMs: number, check: CheckResult): Promise<Said> {
    const subject = handlerSubjects.ask(this.tenant, this.action, this.version);
    const overdue = new AbortController();
    const callOff = this.clock.after(timeoutMs, () => overdue.abort(new BusTimeout(subject, timeoutMs)));
    try {
      const options = { timeoutMs: bounded(timeoutMs), signal: overdue.signal };
      const reply = await this.bus.request(subject, encode(question), options);
      return readReport(reply, check) ?? { kind: 'here' };
    } catch (error) {
      if (error instanceof BusTimeout) return { kind: 'silent' };
      if (error instanceof NoResponder) return { kind: 'nobody' };
      if (error instanceof BusClosed) return { kind: 'closed' };
      if (!(error instanceof BusUnreachable || error instanceof BusInterrupted))
        this.logger.error({ err: error, subject }, 'a question to the workers failed');
      return { kind: 'trouble' };
    } finally {
      callOff();
    }
  }

  /**
   * Best effort: tells the worker that nobody waits for the attempt any more; or, with `cancelled`, that it is wanted no
   * more, and is waited for.
   */
  abort(attempt: Attempt, how: Pick<HandlerAbort, 'cancelled'> = {}): void {
    const subject = handlerSubjects.abort(this.tenant, executionOf(attempt));
    const body: HandlerAbort = { attempt: attempt.attempt, ...how };
    try {
      this.bus.publish(subject, encode(body));
    } catch (error) {
      this.logger.debug({ err: error, subject }, 'a worker could not be told to stop');
    }
  }

  private send(
    subject: string,
    attempt: Attempt,
    context: ActionContext,
    timeoutMs: number,
    signal: StopSignal,
    body: JsonValue = attempt.request.params,
  ): Promise<BusReply> {
    const leftMs = Math.max(0, context.deadlineMs - this.clock.nowMs());
    const headers = {
      [HEADERS.executionId]: context.executionId,
      [HEADERS.idempotencyKey]: context.idempotencyKey,
      [HEADERS.attempt]: String(context.attempt),
      [HEADERS.timeoutMs]: String(leftMs),
      ...(attempt.traceparent ? { [HEADERS.traceparent]: attempt.traceparent } : {}),
    };
    const options = { headers, timeoutMs: bounded(timeoutMs), signal };
    return this.bus.request(subject, encode(body), options);
  }
}

const bounded = (ms: number): number => Math.min(TIMEOUT_MS_MAX, Math.max(1, Math.ceil(ms)));
