import { HEADERS } from '@action-do/contracts';
import type { Bus, BusReply } from '@action-do/messaging';
import { type Clock, monotonicClock } from './clock.js';
import { lookBeside } from './look-beside.js';
import { LOOK_MS, OutcomeLook } from './look-for-outcome.js';
import { afterBusError, NoAnswer } from './no-answer.js';

export interface Question {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** With `Do-Timeout-Ms`, which says `waitMs`. Every repeat carries the same, but for this one. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long whoever answers may take, by the caller's wish. Milliseconds. */
  readonly waitMs: number;
  /** How much longer the asking may take before the caller is told that there is no answer. Milliseconds. */
  readonly graceMs: number;
  /** How long to try again while nothing can be sent; of above 0 there is at least one repeat. Milliseconds. */
  readonly patienceMs: number;
  /** When the caller's time began, by this asker's clock; default: now. */
  readonly sinceMs?: number;
  /**
   * Once an answer may have been lost:
   * - look: ask for what there is now, without waiting (a command, row 17);
   * - wait-on: ask again for as long as the caller still waits (what only reads);
   * - give-up: do not ask again (what is not safe to repeat).
   */
  readonly afterLoss: 'look' | 'wait-on' | 'give-up';
  /** What asks about an execution by its id, and begins nothing. Where given, an outcome is looked for beside the waiting. */
  readonly attach?: (executionId: string) => Pick<Question, 'subject' | 'payload'>;
}

const PAUSE_MS_FIRST = 100;
const PAUSE_MS_MAX = 500;
/** With pauses of half a second, more than a caller without a wish of its own waits. */
const TRIES_MAX = 50;
/** Of the grace: an answer that is not there by then is taken for lost, and the rest is for repeats. */
const FIRST_GRACE_SHARE = 0.4;
/** A try needs this long to be worth it. */
const TRY_MS_MIN = 20;

/**
 * Asks on the bus until there is an answer or the time is over. Invariants:
 *  A1 nothing takes longer than `waitMs + graceMs`, pauses and repeats included;
 *  A2 every repeat is the same request, its request id included: whoever answers knows it for a repeat;
 *  A3 effect none is said only where no try can have arrived;
 *  A4 what stays without an answer for a while is looked for beside it, and only an outcome that is found counts.
 */
export class Asker {
  constructor(
    private readonly bus: Pick<Bus, 'request'>,
    private readonly clock: Clock = monotonicClock,
  ) {}

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** @throws NoAnswer, and whatever the bus throws that is no trouble on the way (PayloadTooLarge, TypeError) */
  async ask(question: Question): Promise<BusReply> {
    const { waitMs, graceMs, patienceMs, afterLoss } = question;
    const beganMs = this.clock.nowMs();
    const sinceMs = question.sinceMs ?? beganMs;
    const untilMs = sinceMs + waitMs + graceMs;
    let { headers } = question;
    let timeoutMs = waitMs + (afterLoss === 'give-up' ? graceMs : graceMs * FIRST_GRACE_SHARE);
    let sent = false;
    for (let tries = 1; ; tries++) {
      // Who came too late is still asked for once, shortly.
      const leftMs = Math.max(TRY_MS_MIN, Math.floor(untilMs - this.clock.nowMs()));
      try {
        return await this.request(question, headers, Math.min(timeoutMs, leftMs));
      } catch (error) {
        const after = afterBusError(error);
        if (after === undefined) throw error;
        sent ||= after !== 'unsent';
        const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** (tries - 1));
        const nextMs = this.clock.nowMs() + pauseMs;
        // Until something may have arrived, only patience counts; the first repeat is due even to the impatient.
        const patient = sent || (patienceMs > 0 && (tries === 1 || nextMs <= beganMs + patienceMs));
        const pointless = after === 'over' || (sent && afterLoss === 'give-up');
        if (!patient || pointless || tries >= TRIES_MAX || nextMs + TRY_MS_MIN > untilMs)
          throw new NoAnswer(sent, error);
        await this.clock.pause(pauseMs);
        const looks = sent && afterLoss === 'look';
        const waitLeftMs = looks ? 0 : Math.max(0, Math.floor(sinceMs + waitMs - this.clock.nowMs()));
        headers = { ...question.headers, [HEADERS.timeoutMs]: String(waitLeftMs) };
        timeoutMs = looks ? LOOK_MS : waitLeftMs + Math.max(LOOK_MS, graceMs * FIRST_GRACE_SHARE);
      }
    }
  }

  private request(question: Question, headers: Question['headers'], timeoutMs: number): Promise<BusReply> {
    const own = this.bus.request(question.subject, question.payload, { headers, timeoutMs });
    if (question.attach === undefined) return own;
    const outcome = new OutcomeLook(this.bus, question, question.attach);
    return lookBeside(own, () => outcome.look(), this.clock);
  }
}
