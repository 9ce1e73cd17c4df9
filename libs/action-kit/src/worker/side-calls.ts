import { type BusMessage, Stopper } from '@action-do/messaging';
import type { ActionContext } from '../action-context.js';
import type { ActionDefinition } from '../action-definition.js';
import { answerOrLog } from './attempt.js';
import { contextOf } from './attempt-context.js';
import type { Clock } from './clock.js';
import type { Outcome } from './outcome.js';
import { type AttemptCall, readCall } from './read-call.js';
import { Slots } from './slots.js';
import type { WorkerLogger } from './worker-logger.js';

/** What is asked of a worker besides attempts: a question to the author's probe, or an undo. */
export interface SideCall {
  readonly name: 'probe' | 'undo';
  /** Calls the author's code; never rejects. */
  readonly perform: (
    definition: ActionDefinition,
    call: AttemptCall,
    context: ActionContext,
  ) => Promise<Outcome>;
  /** Said where there is no room for it, or none within half of its time; null = nothing: the executor asks again. */
  readonly noRoom: Outcome | null;
  /** Said where the worker goes; null likewise. */
  readonly stopped: Outcome | null;
}

export interface SideCallsParts {
  readonly kind: SideCall;
  readonly clock: Clock;
  readonly logger: WorkerLogger;
  readonly concurrency: number;
  readonly queue: number;
}

/**
 * Side calls of one kind. They have slots of their own: attempts that hang must not keep others from being cleared up
 * or undone. None is answered after its time: whoever asked has given it up. One that waits for its turn till half of its
 * time is over is sent back, as an attempt is, where that can be said; else it is begun as long as it has time.
 */
export class SideCalls {
  readonly #slots: Slots;
  readonly #open = new Set<Stopper>();
  #whenIdle: (() => void)[] = [];

  constructor(private readonly parts: SideCallsParts) {
    this.#slots = new Slots(parts.concurrency, parts.queue);
  }

  take(message: BusMessage, definition: ActionDefinition): void {
    const { clock, logger, kind } = this.parts;
    const read = readCall(message);
    if (!read.ok) {
      answerOrLog(message, read.outcome, logger);
      return;
    }
    const { call } = read;
    const stopper = new Stopper();
    const deadlineMs = clock.nowMs() + call.timeoutMs;
    const turnMs = kind.noRoom === null ? call.timeoutMs : Math.ceil(call.timeoutMs / 2);
    const lastTurnMs = clock.nowMs() + turnMs;
    let state: 'waiting' | 'running' | 'closed' = 'waiting';
    let disarm = (): void => {};
    const close = (said: Outcome | null): void => {
      if (state === 'closed') return;
      state = 'closed';
      disarm();
      if (said !== null) answerOrLog(message, said, logger);
      this.#slots.leave(begin);
      this.#close(stopper);
    };
    const begin = (): boolean => {
      // Where code kept the thread to itself no timer could tell.
      if (clock.nowMs() > lastTurnMs) {
        close(kind.noRoom);
        return false;
      }
      state = 'running';
      disarm();
      disarm = clock.after(deadlineMs - clock.nowMs(), () => {
        isOverdue = true;
        stopper.abort(new Error(`the ${kind.name} was given up`));
      });
      const context = contextOf(call, definition, {
        stopper,
        logger,
        deadlineMs: () => deadlineMs,
        heartbeat: () => {},
      });
      void kind.perform(definition, call, context).then((outcome) => {
        close(outcome);
        this.#slots.release();
      });
      return true;
    };
    const onStop = (): void => close(isOverdue ? null : kind.stopped);
    let isOverdue = false;
    stopper.addEventListener('abort', onStop, { once: true });
    this.#open.add(stopper);
    if (this.#slots.take(begin)) {
      if (state === 'waiting') disarm = clock.after(turnMs, () => close(kind.noRoom));
      return;
    }
    const { executionId } = call;
    logger.warn(`a call found no room to ${kind.name}: the executor asks again`, { executionId });
    close(kind.noRoom);
  }

  abandonAll(): void {
    for (const stopper of [...this.#open]) stopper.abort(new Error('the worker stops'));
  }

  idle(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #close(stopper: Stopper): void {
    this.#open.delete(stopper);
    if (this.#open.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
