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
  /** Said where there is no room for it, and where the worker goes; null = nothing: the executor asks again. */
  readonly noRoom: Outcome | null;
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
 * or undone. None is answered after its time: whoever asked has given it up.
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
    let isOpen = true;
    const close = (said: Outcome | null): void => {
      if (!isOpen) return;
      isOpen = false;
      callOff();
      if (said !== null) answerOrLog(message, said, logger);
      this.#slots.leave(begin);
      this.#close(stopper);
    };
    const begin = (): void => {
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
    };
    const onStop = (): void => close(isOverdue ? null : kind.stopped);
    let isOverdue = false;
    stopper.addEventListener('abort', onStop, { once: true });
    const callOff = clock.after(call.timeoutMs, () => {
      isOverdue = true;
      stopper.abort(new Error(`the ${kind.name} was given up`));
    });
    this.#open.add(stopper);
    if (this.#slots.take(begin)) return;
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
