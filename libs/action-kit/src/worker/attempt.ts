import { type BusMessage, Stopper } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import { performGiven } from '../perform/perform-action.js';
import { contextOf } from './attempt-context.js';
import type { Clock } from './clock.js';
import { Heartbeats } from './heartbeats.js';
import { answerWith, failed, type Outcome, outcomeOf } from './outcome.js';
import type { AttemptCall } from './read-call.js';
import type { Lane, Slots } from './slots.js';
import type { WorkerLogger } from './worker-logger.js';

/** What an attempt needs of the worker that it belongs to. */
export interface AttemptHome {
  readonly clock: Clock;
  readonly logger: WorkerLogger;
  readonly slots: Slots;
  /** Tells the executors that this attempt goes on. */
  sendHeartbeat(call: AttemptCall): void;
  /** Called once, when the attempt is answered. */
  ended(attempt: Attempt, outcome: Outcome): void;
}

/** How many deliveries of one attempt wait for its end. Who comes beyond is not answered, and may ask. */
const ASKERS_MAX = 8;

/**
 * One attempt in this worker: waits for its turn, is performed, is answered once.
 *
 *  A1 begun at most once, and never after half of its time is over or it was given up: then it is sent back, which
 *     costs it no attempt, before the executor counts it as timed out;
 *  A2 ends once: what the author's code still comes to afterwards changes nothing;
 *  A3 keeps its slot until the author's code is at its end, whatever was answered meanwhile.
 */
export class Attempt {
  readonly key: string;
  readonly #logger: WorkerLogger;
  readonly #stopper = new Stopper();
  readonly #heartbeats: Heartbeats;
  readonly #askers: BusMessage[] = [];
  readonly #lane: Lane | null;
  #state: 'waiting' | 'running' | 'ended' = 'waiting';
  #isGivenUp = false;
  #deadlineMs = 0;
  #disarm: () => void = () => {};

  constructor(
    readonly call: AttemptCall,
    private readonly definition: ActionDefinition,
    private readonly home: AttemptHome,
  ) {
    this.key = attemptKey(call.executionId, call.attempt);
    this.#heartbeats = new Heartbeats(home.clock, call.timeoutMs, () => home.sendHeartbeat(call));
    this.#logger = home.logger;
    const { name, version, concurrency: limit } = definition;
    this.#lane = limit === undefined ? null : { name: `${name}@${version}`, limit };
  }

  /** Waits for a turn, and is sent back where that takes too long. Its time runs from now on, as the executor's does. */
  enter(): void {
    const { clock, slots } = this.home;
    const { timeoutMs } = this.call;
    this.#deadlineMs = clock.nowMs() + timeoutMs;
    if (timeoutMs === 0) this.giveUp('its time was over');
    else if (!slots.take(this.#begin, this.#lane))
      this.#sendBack('the worker performs and keeps waiting as much as it may');
    else if (this.#state === 'waiting')
      this.#disarm = clock.after(Math.ceil(timeoutMs / 2), () =>
        this.#sendBack('half of its time was over before it was its turn'),
      );
  }

  #sendBack(why: string): void {
    this.#end(failed('RATE_LIMITED', why, 'none', true));
  }

  join(message: BusMessage): void {
    if (message.wantsReply && this.#askers.length < ASKERS_MAX) this.#askers.push(message);
  }

  /** Nobody waits for it any more. */
  giveUp(why: string): void {
    if (this.#state === 'waiting') this.#end(failed('TIMED_OUT', `${why} before it began`, 'none', true));
    else this.abort(why);
  }

  /** It is wanted no more, and what it comes to decides: it has its time, and its heartbeats, as before. */
  cancel(): void {
    if (this.#state === 'waiting')
      this.#end(failed('UNAVAILABLE', 'it was cancelled before it began', 'none', true));
    else if (!this.#stopper.aborted) this.#stopper.abort(new Error('the execution was cancelled'));
  }

  /** Tells the author's code, if it runs; what that makes of it is its own. */
  abort(why: string): void {
    if (this.#state !== 'running' || this.#isGivenUp) return;
    this.#isGivenUp = true;
    this.#quieten();
    if (!this.#stopper.aborted) this.#stopper.abort(new Error(`the attempt was given up: ${why}`));
  }

  /** The worker goes. */
  abandon(): void {
    this.abort('the worker stops');
    const message = 'the worker was stopped during the attempt';
    this.#end(
      this.#state === 'waiting'
        ? failed('NO_HANDLER', 'the worker was stopped before the attempt began', 'none', true)
        : failed('ACTION_FAILED', message, 'unknown', true, { code: 'WORKER_STOPPED', message }),
    );
  }

  readonly #begin = (): void => {
    this.#state = 'running';
    this.#arm(this.#deadlineMs - this.home.clock.nowMs());
    void this.#perform();
  };

  async #perform(): Promise<void> {
    const context = contextOf(this.call, this.definition, {
      stopper: this.#stopper,
      logger: this.#logger,
      deadlineMs: () => this.#deadlineMs,
      heartbeat: () => this.#heartbeat(),
    });
    // Nobody looks at the params any more: a worker begins an attempt once.
    this.#end(outcomeOf(await performGiven(this.definition, this.call.params, context)));
    this.home.slots.release(this.#lane);
  }

  #heartbeat(): void {
    if (this.#state !== 'running' || this.#isGivenUp) return;
    this.#arm(this.call.timeoutMs);
    this.#heartbeats.beat();
  }

  /** @param ms what it has from now on */
  #arm(ms: number): void {
    const { clock } = this.home;
    const { executionId, timeoutMs } = this.call;
    this.#disarm();
    this.#deadlineMs = clock.nowMs() + ms;
    this.#disarm = clock.after(ms, () => {
      this.#logger.warn('an attempt goes on after its timeout: let it obey ctx.signal', {
        executionId,
        action: this.definition.name,
        timeoutMs,
      });
      this.abort('its time was over');
    });
  }

  #quieten(): void {
    this.#disarm();
    this.#heartbeats.stop();
  }

  #end(outcome: Outcome): void {
    if (this.#state === 'ended') return;
    this.#quieten();
    this.home.slots.leave(this.#begin);
    this.#state = 'ended';
    let said = outcome;
    for (const message of this.#askers.splice(0)) said = answerOrLog(message, said, this.#logger);
    this.home.ended(this, said);
  }
}

export const attemptKey = (executionId: string, attempt: number): string => `${executionId} ${attempt}`;

/** An answer that does not get out is not lost: who asks for the outcome finds it. */
export function answerOrLog(message: BusMessage, outcome: Outcome, logger: WorkerLogger): Outcome {
  try {
    return answerWith(message, outcome);
  } catch (error) {
    logger.warn('an answer could not be sent', { subject: message.subject, error: String(error) });
    return outcome;
  }
}
