import type { Bus, BusReply } from '@action-do/messaging';
import { type Clock, monotonicClock } from './clock.js';
import { Inquiry } from './inquiry.js';
import { lookBeside } from './look-beside.js';
import { OutcomeLook } from './look-for-outcome.js';
import type { Question } from './question.js';

/**
 * Asks on the bus until there is an answer or the time is over. Invariants:
 *  A1 nothing takes longer than `waitMs + graceMs`, pauses and repeats included, but for one short try of who came too late;
 *  A2 every repeat is the same request, its request id included: whoever answers knows it for a repeat;
 *  A3 effect none is said only where no try can have done anything; and where a command was refused, that is passed on only
 *     once no other try of it can have done more;
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
    const outcome = new OutcomeLook(inquiry, question, question.attach);
    return lookBeside(
      inquiry.ask(),
      () => inquiry.beside(outcome),
      this.clock,
      (reply) => inquiry.answer(reply),
    );
  }
}
