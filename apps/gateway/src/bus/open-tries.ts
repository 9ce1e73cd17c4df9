import type { BusReply } from '@action-do/messaging';
import type { Clock } from './clock.js';

/** What is known for now: an answer to any of the tries, that the last one failed, or nothing. */
export type Said =
  | { readonly kind: 'answer'; readonly reply: BusReply }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'silent' };

const SILENT: Said = { kind: 'silent' };

/**
 * All tries of one question, of which the first answer counts. A try that stays silent is not given up when the next is
 * made: whoever has it may only be slow, and as slow with each repeat, and then all of them would be given up in vain.
 */
export class OpenTries {
  private open = 0;
  private answer: Said | null = null;
  /** Tells whoever waits now. */
  private tell: (said: Said) => void = () => {};
  private noneIsOpen: (last: Said) => void = () => {};

  constructor(private readonly clock: Clock) {}

  /**
   * Resolves when any try is answered, when this one fails or is answered with what does not count, or after `silentMs`.
   * Never rejects.
   * @param request ends by itself
   * @param counts whether what it is answered is an answer to the question; asked when it comes
   */
  make(request: Promise<BusReply>, counts: (reply: BusReply) => boolean, silentMs: number): Promise<Said> {
    this.open++;
    let tell: (said: Said) => void = () => {};
    const end = (said: Said): void => {
      tell(said);
      this.closed(said);
    };
    request.then(
      (reply) => {
        if (counts(reply)) this.answerAll(reply);
        end(SILENT);
      },
      (error: unknown) => end({ kind: 'failed', error }),
    );
    return this.hear(silentMs, (heard) => {
      tell = heard;
    });
  }

  /** Whoever waits, or is about to, gets this: unless there is an answer already. */
  answerAll(reply: BusReply): void {
    this.answer ??= { kind: 'answer', reply };
    this.tell(this.answer);
  }

  /** Nothing but an answer ends the pause early. */
  pause(ms: number): Promise<Said> {
    return this.hear(ms, () => {});
  }

  /** Waits for those that are open, and no longer than `ms`. What it tells is an answer, or how the last of them ended. */
  last(ms: number): Promise<Said> {
    if (this.open === 0) return Promise.resolve(this.answer ?? SILENT);
    return this.hear(ms, (tell) => {
      this.noneIsOpen = tell;
    });
  }

  private closed(said: Said): void {
    if (--this.open === 0) this.noneIsOpen(said);
  }

  private hear(ms: number, listen: (tell: (said: Said) => void) => void): Promise<Said> {
    if (this.answer !== null) return Promise.resolve(this.answer);
    return new Promise((resolve) => {
      const tell = (said: Said): void => {
        callOff();
        resolve(said);
      };
      const callOff = this.clock.after(ms, () => resolve(SILENT));
      this.tell = tell;
      listen(tell);
    });
  }
}
