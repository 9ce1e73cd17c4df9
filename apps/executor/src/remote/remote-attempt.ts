import type { AttemptOutcome } from '@action-do/domain';
import {
  BusClosed,
  BusInterrupted,
  type BusReply,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  PayloadTooLarge,
  Stopper,
  type StopSignal,
} from '@action-do/messaging';
import type { ActionContext } from '@do-sdk/actions';
import type { GiveUp } from '../execution/performer.js';
import type { Attempt } from '../execution/run-attempt.js';
import { definiteWord, patience } from './definite-word.js';
import { failedSaying, LATE_MS_MAX, LOST, NO_HANDLER, NOT_SENT, tooLargeForTheBus } from './outcomes.js';
import { readOutcome } from './read-reply.js';
import type { RemotePerformer } from './remote-performer.js';

/** What a request of an attempt that is over rejects with; nobody looks at it. */
const OVER = new Error('the attempt is over');
/** Timers of the same length are one list for Node: requests end within the second, a minute behind the deadline. */
const COARSE_MS = 1_000;
/** Leases between two questions about an attempt that was given up. */
const LATE_LEASES = 5;

/**
 * One attempt that a worker performs: sends the request, asks about the attempt each lease, and ends once.
 *
 *  R1 it ends with what the worker said, be it in the answer to the request or when asked, whichever comes first;
 *  R2 trouble of the bus after the request was sent ends nothing: the workers are asked as soon as they can be;
 *  R3 given up (by its timeout, or because nobody knows of it), the worker is told so, and what the attempt came to in
 *     truth is still waited for: until a minute behind the execution's deadline, and for a bounded number of attempts;
 *  R4 after that it ends with null: nobody will ever say;
 *  R5 of a service that need not answer questions it counts as lost only when its answer can come no more, or when it, who
 *     did answer, does so no more: until its timeout nothing is known of it otherwise.
 */
export class RemoteAttempt {
  /** Ends the request, and questions about the attempt, where it ends without them. */
  private readonly over = new Stopper();
  private readonly untilMs: number;
  private requestIsOpen = false;
  private isAsking = false;
  private isOver = false;
  /** The bus lost the request: the next question is due at once. */
  private isInterrupted = false;
  /** Whoever performs it has answered a question about it. */
  private hasAnswered = false;
  private wakeUp: () => void = () => {};
  private deafen: () => void = () => {};
  private forgetLate: () => void = () => {};
  private resolve: (outcome: AttemptOutcome | null) => void = () => {};
  private readonly ended = new Promise<AttemptOutcome | null>((resolve) => {
    this.resolve = resolve;
  });

  constructor(
    private readonly performer: RemotePerformer,
    private readonly attempt: Attempt,
    private readonly context: ActionContext,
    private readonly giveUp: GiveUp,
    private readonly stop: StopSignal,
  ) {
    this.untilMs = attempt.request.deadlineAtMs + LATE_MS_MAX;
  }

  /** Has a worker perform it. */
  run(): Promise<AttemptOutcome | null> {
    this.listen();
    void this.request();
    this.watchAfter(this.performer.leaseMs);
    return this.ended;
  }

  /** Waits for a worker that another executor had begin it. */
  adopt(): Promise<AttemptOutcome | null> {
    this.listen();
    void this.watch();
    return this.ended;
  }

  private listen(): void {
    const { heartbeats, tenant } = this.performer;
    const { stop } = this;
    const { executionId, attempt, heartbeat } = this.context;
    const stopListening = heartbeats.listen(tenant, executionId, attempt, heartbeat);
    const onGivenUp = (): void => this.waitOn();
    stop.addEventListener('abort', onGivenUp, { once: true });
    this.deafen = () => {
      stopListening();
      stop.removeEventListener('abort', onGivenUp);
    };
  }

  private end(outcome: AttemptOutcome | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.deafen();
    this.forgetLate();
    this.wakeUp();
    // Mostly nobody listens any more, and telling them costs more than the rest.
    if (this.requestIsOpen || this.isAsking) this.over.abort(OVER);
    this.resolve(outcome);
  }

  /** R3 */
  private waitOn(): void {
    const { tenant, link, late } = this.performer;
    link.abort(this.attempt);
    this.forgetLate = late.enter(tenant, () => this.end(null));
  }

  private get isGivenUp(): boolean {
    return this.stop.aborted;
  }

  private async request(): Promise<void> {
    const { link, clock, presence, checkResult } = this.performer;
    this.requestIsOpen = true;
    try {
      const timeoutMs = Math.ceil((this.untilMs - clock.nowMs()) / COARSE_MS) * COARSE_MS;
      const reply = await link.run(this.attempt, this.context, timeoutMs, this.over);
      this.requestIsOpen = false;
      presence.notePresent();
      this.end(this.read(reply, checkResult));
    } catch (error) {
      this.requestIsOpen = false;
      if (!this.isOver) this.requestFailed(error);
    }
  }

  private read(reply: BusReply, check: RemotePerformer['checkResult']): AttemptOutcome {
    try {
      return this.performer.heard(readOutcome(reply, check));
    } catch (error) {
      // A schema that fails on a value is the author's; that the attempt was made is certain.
      this.performer.logger.error({ err: error, ...this.fields() }, 'an answer could not be read');
      return failedSaying({ code: 'UNREADABLE', message: 'the answer of the worker could not be read' });
    }
  }

  private requestFailed(error: unknown): void {
    if (!(error instanceof BusInterrupted || error instanceof BusClosed)) {
      this.end(this.endOf(error));
      return;
    }
    this.isInterrupted = true;
    this.wakeUp();
  }

  private endOf(error: unknown): AttemptOutcome | null {
    if (error instanceof NoResponder) {
      this.performer.presence.noteAbsent();
      return NO_HANDLER;
    }
    if (error instanceof BusUnreachable) return NOT_SENT;
    if (error instanceof PayloadTooLarge) return tooLargeForTheBus(error.message);
    if (error instanceof BusTimeout) return this.isGivenUp ? null : LOST;
    this.performer.logger.error({ err: error, ...this.fields() }, 'a worker could not be asked');
    return failedSaying({ code: 'NOT_ASKED', message: 'the request to the worker failed' });
  }

  /** Until then, or an interruption, a timer is all that an attempt costs: most are over long before. */
  private watchAfter(ms: number): void {
    const begin = (): void => void this.watch();
    const callOff = this.performer.clock.after(ms, begin);
    this.wakeUp = () => {
      callOff();
      if (!this.isOver) begin();
    };
  }

  /** R1, R2 */
  private async watch(): Promise<void> {
    const { leaseMs, clock } = this.performer;
    this.wakeUp = () => {};
    let sleepMs = 0;
    for (;;) {
      await this.sleep(sleepMs);
      if (this.isOver) return;
      sleepMs = leaseMs;
      if (this.isGivenUp) {
        const leftMs = this.untilMs - clock.nowMs();
        if (leftMs <= 0) {
          this.end(null);
          return;
        }
        // Also while its request is open: the answer may be lost without a word of the bus.
        sleepMs = Math.min(leftMs, leaseMs * LATE_LEASES);
      }
      this.isAsking = true;
      const ask = (timeoutMs: number) => this.performer.ask(this.attempt, timeoutMs);
      const word = await definiteWord(ask, patience(leaseMs), clock, this.over.signal);
      this.isAsking = false;
      if (word.kind === 'ended') {
        this.end(word.outcome);
        return;
      }
      if (word.kind === 'closed') {
        if (this.isGivenUp) this.end(null);
        return;
      }
      if (word.kind === 'running') this.hasAnswered = true;
      if (word.kind === 'lost' && !this.isGivenUp && this.saysSomething()) this.giveUp(LOST);
    }
  }

  /** R5: whether it says something that nobody knows of the attempt. */
  private saysSomething(): boolean {
    return this.performer.answersAsk || this.hasAnswered || !this.requestIsOpen;
  }

  /** Until the time is over, the attempt is, or its request was interrupted. */
  private async sleep(ms: number): Promise<void> {
    if (ms > 0 && !this.isOver && !this.isInterrupted)
      await new Promise<void>((resolve) => {
        const callOff = this.performer.clock.after(ms, resolve);
        this.wakeUp = () => {
          callOff();
          resolve();
        };
      });
    this.isInterrupted = false;
  }

  private fields(): object {
    return { executionId: this.context.executionId, attempt: this.attempt.attempt };
  }
}
