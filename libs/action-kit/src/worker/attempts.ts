import { HandlerAbort, HandlerQuestion, handlerSubjects, type TenantName } from '@action-do/contracts';
import { type Bus, type BusMessage, InFlight, PayloadTooLarge } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import { Attempt, type AttemptHome, answerOrLog, attemptKey } from './attempt.js';
import type { Clock } from './clock.js';
import { encodeJson, type Outcome, reportOf, smallerOf } from './outcome.js';
import { MEMORY_LIMITS, OutcomeMemory } from './outcome-memory.js';
import { type AttemptCall, readCall, readJson } from './read-call.js';
import { Slots } from './slots.js';
import type { WorkerLogger } from './worker-logger.js';

export interface AttemptsParts {
  readonly bus: Bus;
  readonly tenant: TenantName;
  readonly clock: Clock;
  readonly logger: WorkerLogger;
  readonly concurrency: number;
  readonly queue: number;
}

/**
 * All attempts of one worker: those under way, and what became of the recent ones.
 *
 *  T1 an attempt that is known, under way or remembered, is never begun again: a second delivery gets its outcome;
 *  T2 what ended is remembered whether or not its answer got out, for executors ask;
 *  T3 who asks about what is not known here gets no answer: another worker may know.
 */
export class Attempts implements AttemptHome {
  readonly clock: Clock;
  readonly logger: WorkerLogger;
  readonly slots: Slots;
  /** Under way; the slots bound them. */
  readonly #open = new InFlight<string, Attempt>();
  readonly #ended: OutcomeMemory;
  /** Refusals of an overloaded worker, apart: a flood of them must not push out what was done. */
  readonly #refused: OutcomeMemory;
  #whenIdle: (() => void)[] = [];
  #isLeaving = false;
  #isGone = false;

  constructor(private readonly parts: AttemptsParts) {
    this.clock = parts.clock;
    this.logger = parts.logger;
    this.slots = new Slots(parts.concurrency, parts.queue);
    this.#ended = new OutcomeMemory(MEMORY_LIMITS, parts.clock.nowMs);
    this.#refused = new OutcomeMemory(MEMORY_LIMITS, parts.clock.nowMs);
  }

  /** A `run` message. */
  run(message: BusMessage, definition: ActionDefinition): void {
    const read = readCall(message);
    if (!read.ok) {
      answerOrLog(message, read.outcome, this.logger);
      return;
    }
    const key = attemptKey(read.call.executionId, read.call.attempt);
    const open = this.#open.get(key);
    const known = this.#ended.find(key) ?? this.#refused.find(key);
    if (open !== undefined) open.join(message);
    else if (known !== undefined) answerOrLog(message, known, this.logger);
    else this.#enter(new Attempt(read.call, definition, this), message);
  }

  /** An `ask` message. */
  report(message: BusMessage): void {
    const question = HandlerQuestion.safeParse(readJson(message.payload));
    if (!question.success) return;
    const { executionId, attempt } = question.data;
    // Who leaves takes no more calls, but still knows.
    if (executionId === undefined) {
      if (!this.#isLeaving) message.respond(HERE);
      return;
    }
    const key = attempt === undefined ? this.#newestKey(`${executionId} `) : attemptKey(executionId, attempt);
    if (key === undefined) return;
    const outcome = this.#ended.find(key) ?? this.#refused.find(key);
    if (outcome !== undefined) respondWithReport(message, outcome);
    else if (this.#open.has(key)) message.respond(RUNNING);
  }

  /** An `abort` message about one attempt, or, where it names none, all attempts of that execution. */
  abort(executionId: string, { payload }: BusMessage): void {
    const read = HandlerAbort.safeParse(readJson(payload));
    const named: HandlerAbort = read.success ? read.data : {};
    for (const attempt of this.#open.values()) {
      const { call } = attempt;
      if (call.executionId !== executionId || (named.attempt ?? call.attempt) !== call.attempt) continue;
      if (named.cancelled) attempt.cancel();
      else attempt.giveUp('the executor gave it up');
    }
  }

  /** From now on nobody is told that somebody is here. */
  leave(): void {
    this.#isLeaving = true;
  }

  abortAll(): void {
    for (const attempt of this.#open.values()) attempt.abort('the worker stops');
  }

  /** Answers all that is not answered, and whatever comes from now on. */
  abandonAll(): void {
    this.#isGone = true;
    for (const attempt of this.#open.values()) attempt.abandon();
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  sendHeartbeat({ executionId, attempt }: AttemptCall): void {
    const { bus, tenant, logger } = this.parts;
    try {
      bus.publish(handlerSubjects.heartbeat(tenant, executionId), encodeJson({ attempt }));
    } catch (error) {
      logger.warn('a heartbeat could not be sent', { executionId, error: String(error) });
    }
  }

  ended(attempt: Attempt, outcome: Outcome): void {
    this.#open.delete(attempt.key);
    const refused = !outcome.ok && outcome.failure.error.code === 'RATE_LIMITED';
    (refused ? this.#refused : this.#ended).remember(attempt.key, outcome);
    if (this.#open.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #enter(attempt: Attempt, message: BusMessage): void {
    this.#open.set(attempt.key, attempt);
    attempt.join(message);
    if (this.#isGone) attempt.abandon();
    else attempt.enter();
  }

  #newestKey(prefix: string): string | undefined {
    const open = this.#open
      .keys()
      .filter((key) => key.startsWith(prefix))
      .at(-1);
    return open ?? this.#ended.newestKey(prefix) ?? this.#refused.newestKey(prefix);
  }
}

const HERE = encodeJson({ state: 'here' });
const RUNNING = encodeJson({ state: 'running' });

function respondWithReport(message: BusMessage, outcome: Outcome): void {
  try {
    message.respond(reportOf(outcome));
  } catch (error) {
    if (!(error instanceof PayloadTooLarge)) throw error;
    message.respond(reportOf(smallerOf(outcome, error)));
  }
}
