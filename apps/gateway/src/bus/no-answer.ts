/**
 * What is known after an error of the bus, by its code.
 * - unsent: nothing was done, and the same request may find somebody in a moment;
 * - lost: it may have been done, and only asking again finds out;
 * - over: the same, but there is nobody left to ask.
 */
const AFTER = {
  NO_RESPONDER: 'unsent',
  BUS_UNREACHABLE: 'unsent',
  BUS_TIMEOUT: 'lost',
  BUS_INTERRUPTED: 'lost',
  BUS_CLOSED: 'over',
} as const;

type Known = keyof typeof AFTER;
export type After = (typeof AFTER)[Known];

/** By the code, which is the error's public name; undefined for what is no trouble of the bus. */
export function afterBusError(error: unknown): After | undefined {
  return isBusTrouble(error) ? AFTER[error.code] : undefined;
}

/** There was no answer in time that tells what became of the question. */
export class NoAnswer extends Error {
  /** `none`: no try can have done anything. `unknown`: one may have. */
  readonly effect: 'none' | 'unknown';
  readonly why: 'nobody' | 'unreachable' | 'silent' | 'refused' | 'closing';

  /**
   * @param sent whether any of the tries may have done something
   * @param refused whether one was refused while another may have
   */
  constructor(sent: boolean, cause: unknown, refused = false) {
    super('no answer from the bus', { cause });
    this.name = 'NoAnswer';
    this.effect = sent ? 'unknown' : 'none';
    const code = isBusTrouble(cause) ? cause.code : undefined;
    if (code === 'BUS_CLOSED') this.why = 'closing';
    else if (sent) this.why = refused ? 'refused' : 'silent';
    else this.why = code === 'NO_RESPONDER' ? 'nobody' : 'unreachable';
  }
}

const isBusTrouble = (error: unknown): error is Error & { code: Known } =>
  error instanceof Error && 'code' in error && Object.hasOwn(AFTER, String(error.code));
