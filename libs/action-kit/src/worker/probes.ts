import type { BusMessage } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import { performProbe } from '../perform/perform-action.js';
import { answerOrLog } from './attempt.js';
import { contextOf } from './attempt-context.js';
import type { Clock } from './clock.js';
import { encodeJson } from './outcome.js';
import { type AttemptCall, readCall } from './read-call.js';
import { Slots } from './slots.js';
import type { WorkerLogger } from './worker-logger.js';

export interface ProbesParts {
  readonly clock: Clock;
  readonly logger: WorkerLogger;
  readonly concurrency: number;
  readonly queue: number;
}

/**
 * Questions to the authors' probes. They have slots of their own: calls that hang must not keep others from being
 * cleared up. A probe that cannot be asked, for want of room or because the worker goes, is not answered at all; any
 * answer would count as "unknown" and end the matter, while silence makes the executor ask again.
 */
export class Probes {
  readonly #slots: Slots;
  readonly #open = new Set<AbortController>();
  #whenIdle: (() => void)[] = [];

  constructor(private readonly parts: ProbesParts) {
    this.#slots = new Slots(parts.concurrency, parts.queue);
  }

  /** A `probe` message. */
  probe(message: BusMessage, definition: ActionDefinition): void {
    const { clock, logger } = this.parts;
    const read = readCall(message);
    if (!read.ok) {
      answerOrLog(message, read.outcome, logger);
      return;
    }
    const { call } = read;
    const stopper = new AbortController();
    const deadlineMs = clock.nowMs() + call.timeoutMs;
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      callOff();
      this.#slots.leave(begin);
      this.#close(stopper);
    };
    const begin = (): void => {
      const context = contextOf(call, definition, {
        signal: stopper.signal,
        logger,
        deadlineMs: () => deadlineMs,
        heartbeat: () => {},
      });
      void performProbe(definition, call.params, context).then((answer) => {
        if (isOpen) this.#respond(message, call, answer);
        close();
        this.#slots.release();
      });
    };
    stopper.signal.addEventListener('abort', close, { once: true });
    const callOff = clock.after(call.timeoutMs, () => stopper.abort(new Error('the probe was given up')));
    this.#open.add(stopper);
    if (this.#slots.take(begin)) return;
    logger.warn('a probe found no room: the executor asks again', { executionId: call.executionId });
    close();
  }

  abandonAll(): void {
    for (const stopper of [...this.#open]) stopper.abort(new Error('the worker stops'));
  }

  idle(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #respond(message: BusMessage, { executionId }: AttemptCall, answer: unknown): void {
    try {
      message.respond(encodeJson(answer));
    } catch (error) {
      this.parts.logger.warn('the answer of a probe could not be sent', {
        executionId,
        error: String(error),
      });
    }
  }

  #close(stopper: AbortController): void {
    this.#open.delete(stopper);
    if (this.#open.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
