import { HEADERS } from '@action-do/contracts';
import type { Bus, BusReply, RequestOptions } from '@action-do/messaging';
import type { Clock } from './clock.js';
import { LOOK_MS, type OutcomeLook } from './look-for-outcome.js';
import { afterBusError, NoAnswer } from './no-answer.js';
import { OpenTries, type Said } from './open-tries.js';
import type { Question } from './question.js';
import { isRefusal, saysUnknown } from './refusal.js';

const PAUSE_MS_FIRST = 100;
const PAUSE_MS_MAX = 500;
/** With pauses of half a second, more than a caller without a wish of its own waits. */
const TRIES_MAX = 50;
/** Of the grace: where no answer is there by then another try is made, and the rest is for that. */
const FIRST_GRACE_SHARE = 0.4;
/** A try needs this long to be worth it. */
const TRY_MS_MIN = 20;

/** One question, from its first try to its end: what `Asker` promises is kept here. */
export class Inquiry implements Pick<Bus, 'request'> {
  private readonly beganMs: number;
  private readonly untilMs: number;
  private readonly tries: OpenTries;
  /** Number of the newest try that may have arrived. */
  private newest = 0;
  /** Whether what is asked is no more than what there is now. */
  private looks = false;
  /** Of all that was asked, how much may have done something: all but what reached nobody, or was refused. */
  private inDoubt = 0;
  /** The newest try was refused, and another may have done something: more of them would be more load on who refuses. */
  private refused = false;
  /** A refusal that was passed over, as long as it told nothing of other tries. */
  private passedOver: BusReply | null = null;
  /** What is asked beside the tries. */
  private outcome: OutcomeLook | null = null;
  private looking: Promise<BusReply | null> = Promise.resolve(null);

  constructor(
    private readonly bus: Pick<Bus, 'request'>,
    private readonly clock: Clock,
    private readonly question: Question,
  ) {
    this.beganMs = clock.nowMs();
    this.untilMs = this.sinceMs + question.waitMs + question.graceMs;
    this.tries = new OpenTries(clock);
  }

  /** @throws NoAnswer, and whatever the bus throws that is no trouble on the way */
  async ask(): Promise<BusReply> {
    const { question, clock, tries } = this;
    const { waitMs, graceMs, patienceMs, afterLoss } = question;
    let { headers } = question;
    let silentMs = waitMs + (afterLoss === 'give-up' ? graceMs : graceMs * FIRST_GRACE_SHARE);
    for (let number = 1; ; number++) {
      const before = this.newest;
      this.newest = number;
      this.refused = false;
      const { subject, payload } = question;
      const request = this.request(subject, payload, { headers, timeoutMs: Number.POSITIVE_INFINITY });
      const counts = (reply: BusReply): boolean => this.counts(reply, number);
      const said = await tries.make(request, counts, silentMs);
      if (said.kind === 'answer') return said.reply;
      const after = said.kind === 'failed' ? afterBusError(said.error) : 'lost';
      if (after === 'unsent') this.newest = before;
      const sent = this.inDoubt > 0;
      if (said.kind === 'failed' && after === undefined && !sent) throw said.error;
      const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** (number - 1));
      const nextMs = clock.nowMs() + pauseMs;
      // Until something may have arrived, only patience counts; the first repeat is due even to the impatient.
      const patient = sent || (patienceMs > 0 && (number === 1 || nextMs <= this.beganMs + patienceMs));
      const isOver = after === 'over' || after === undefined;
      const pointless = this.refused || isOver || (sent && afterLoss === 'give-up');
      const isLast = !patient || pointless || number >= TRIES_MAX || nextMs + TRY_MS_MIN > this.untilMs;
      const late = await (isLast ? tries.last(this.untilMs - clock.nowMs()) : tries.pause(pauseMs));
      if (late.kind === 'answer') return late.reply;
      if (isLast) return this.end(late.kind === 'failed' ? late : said);
      this.looks = sent && afterLoss === 'look';
      const waitLeftMs = this.looks ? 0 : Math.max(0, Math.floor(this.sinceMs + waitMs - clock.nowMs()));
      headers = { ...question.headers, [HEADERS.timeoutMs]: String(waitLeftMs) };
      silentMs = this.looks ? LOOK_MS : waitLeftMs + Math.max(LOOK_MS, graceMs * FIRST_GRACE_SHARE);
    }
  }

  /** Looks for the outcome, unless that is what the tries do. Never rejects. @returns null where there is none to be told */
  beside(outcome: OutcomeLook): Promise<BusReply | null> {
    this.outcome = outcome;
    this.looking = this.looks && !this.refused ? Promise.resolve(null) : outcome.look().catch(() => null);
    return this.looking;
  }

  /** Ends it, as if one of the tries had been answered so. */
  answer(reply: BusReply): void {
    this.tries.answerAll(reply);
  }

  /** On the bus, as long as there is time at most; and what may have come of it is kept in mind. */
  request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply> {
    // Who came too late is still asked for once, shortly.
    const leftMs = Math.max(TRY_MS_MIN, Math.floor(this.untilMs - this.clock.nowMs()));
    const timeoutMs = Math.min(options.timeoutMs, leftMs);
    const request = this.bus.request(subject, payload, { ...options, timeoutMs });
    this.inDoubt++;
    request.then(
      (reply) => {
        if (isRefusal(reply) && !saysUnknown(reply)) this.inDoubt--;
      },
      (error: unknown) => {
        const after = afterBusError(error);
        if (after === 'unsent' || after === undefined) this.inDoubt--;
      },
    );
    return request;
  }

  /** There will be no answer to a try any more. @throws NoAnswer */
  private async end(last: Said): Promise<BusReply> {
    // A look that is under way may have what is looked for, or say that it was turned away as well.
    const found = await this.looking;
    if (found !== null) return found;
    const { passedOver } = this;
    if (this.inDoubt === 0 && passedOver !== null) return passedOver;
    const goesOn = this.outcome?.goesOn ?? null;
    if (goesOn !== null) return goesOn;
    // That is true of all, and says more than we could.
    if (passedOver !== null && saysUnknown(passedOver)) return passedOver;
    throw new NoAnswer(
      this.inDoubt > 0,
      last.kind === 'failed' ? last.error : undefined,
      passedOver !== null,
    );
  }

  private get sinceMs(): number {
    return this.question.sinceMs ?? this.beganMs;
  }

  /** A3: a refusal tells what became of one try. Of reads nothing can become. */
  private counts(reply: BusReply, number: number): boolean {
    if (this.question.afterLoss !== 'look' || !isRefusal(reply)) return true;
    if (this.inDoubt === 0) return true;
    const isNewest = number === this.newest;
    this.refused ||= isNewest;
    this.passedOver = reply;
    return false;
  }
}
