import { HEADERS } from '@action-do/contracts';
import { type Bus, type BusReply, header } from '@action-do/messaging';
import { type Clock, monotonicClock } from './clock.js';
import { lookBeside } from './look-beside.js';
import { LOOK_MS, OutcomeLook } from './look-for-outcome.js';
import { afterBusError, NoAnswer } from './no-answer.js';
import { OpenTries } from './open-tries.js';

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
/** Of the grace: where no answer is there by then another try is made, and the rest is for that. */
const FIRST_GRACE_SHARE = 0.4;
/** A try needs this long to be worth it. */
const TRY_MS_MIN = 20;

/**
 * Asks on the bus until there is an answer or the time is over. Invariants:
 *  A1 nothing takes longer than `waitMs + graceMs`, pauses and repeats included;
 *  A2 every repeat is the same request, its request id included: whoever answers knows it for a repeat;
 *  A3 effect none is said only where no try can have arrived; nor is it passed on from one try where another may have;
 *  A4 what stays without an answer for a while is looked for beside it, and only an outcome that is found counts;
 *  A5 a try that is late is not given up for the next one: whichever is answered first is the answer.
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
  ask(question: Question): Promise<BusReply> {
    const inquiry = new Inquiry(this.bus, this.clock, question);
    if (question.attach === undefined) return inquiry.ask();
    const outcome = new OutcomeLook(this.bus, question, question.attach);
    const look = () => inquiry.beside(outcome.look());
    return lookBeside(inquiry.ask(), look, this.clock, (reply) => inquiry.answer(reply));
  }
}

/** One question, from its first try to its end. */
class Inquiry {
  private readonly beganMs: number;
  private readonly untilMs: number;
  private readonly tries: OpenTries;
  /** Of all that were made, those of which it is not known that they reached nobody. */
  private mayHaveArrived = 0;
  private refused = false;

  constructor(
    private readonly bus: Pick<Bus, 'request'>,
    private readonly clock: Clock,
    private readonly question: Question,
  ) {
    this.beganMs = clock.nowMs();
    this.untilMs = this.sinceMs + question.waitMs + question.graceMs;
    this.tries = new OpenTries(clock, (reply) => this.counts(reply));
  }

  async ask(): Promise<BusReply> {
    const { question, clock, tries } = this;
    const { waitMs, graceMs, patienceMs, afterLoss } = question;
    let { headers } = question;
    let silentMs = waitMs + (afterLoss === 'give-up' ? graceMs : graceMs * FIRST_GRACE_SHARE);
    for (let made = 1; ; made++) {
      // Who came too late is still asked for once, shortly.
      const leftMs = Math.max(TRY_MS_MIN, Math.floor(this.untilMs - clock.nowMs()));
      this.mayHaveArrived++;
      const request = this.bus.request(question.subject, question.payload, { headers, timeoutMs: leftMs });
      const said = await tries.make(request, Math.min(silentMs, leftMs));
      if (said.kind === 'answer') return said.reply;
      const after = said.kind === 'failed' ? afterBusError(said.error) : 'lost';
      if (said.kind === 'failed' && after === undefined) throw said.error;
      if (after === 'unsent') this.mayHaveArrived--;
      const sent = this.mayHaveArrived > 0;
      const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** (made - 1));
      const nextMs = clock.nowMs() + pauseMs;
      // Until something may have arrived, only patience counts; the first repeat is due even to the impatient.
      const patient = sent || (patienceMs > 0 && (made === 1 || nextMs <= this.beganMs + patienceMs));
      const pointless = this.refused || after === 'over' || (sent && afterLoss === 'give-up');
      const isLast = !patient || pointless || made >= TRIES_MAX || nextMs + TRY_MS_MIN > this.untilMs;
      const late = await (isLast ? tries.last(this.untilMs - clock.nowMs()) : tries.pause(pauseMs));
      if (late.kind === 'answer') return late.reply;
      if (isLast) throw new NoAnswer(sent, said.kind === 'failed' ? said.error : undefined);
      const looks = sent && afterLoss === 'look';
      const waitLeftMs = looks ? 0 : Math.max(0, Math.floor(this.sinceMs + waitMs - clock.nowMs()));
      headers = { ...question.headers, [HEADERS.timeoutMs]: String(waitLeftMs) };
      silentMs = looks ? LOOK_MS : waitLeftMs + Math.max(LOOK_MS, graceMs * FIRST_GRACE_SHARE);
    }
  }

  /** A look is such a try, too. */
  beside(look: Promise<BusReply | null>): Promise<BusReply | null> {
    this.mayHaveArrived++;
    return look;
  }

  /** Ends it, as if one of the tries had been answered so. */
  answer(reply: BusReply): void {
    this.tries.answerAll(reply);
  }

  private get sinceMs(): number {
    return this.question.sinceMs ?? this.beganMs;
  }

  /** A3: who refuses for now says what he did, and nothing of the others. */
  private counts({ headers }: BusReply): boolean {
    const isRefusal =
      header(headers, HEADERS.idempotencyStatus) === 'rejected' &&
      header(headers, HEADERS.shouldRetry) === 'true';
    if (!isRefusal || this.mayHaveArrived === 1 || this.question.afterLoss !== 'look') return true;
    this.refused = true;
    return false;
  }
}
