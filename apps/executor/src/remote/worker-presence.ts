import type { ErrorCause, Handlers } from '@action-do/contracts';
import type { Presence } from '../execution/performer.js';
import type { Clock } from '../ports.js';
import type { Said } from './worker-link.js';

/** How long it is remembered that nobody was there. */
const ABSENT_MS = 1_000;
/** How long what a catalogue was told holds, whatever it was. */
const LOOKED_MS = 1_000;

type Seen =
  | { readonly is: 'unknown' | 'present' }
  | { readonly is: 'absent'; readonly untilMs: number; readonly cause: ErrorCause | null };

/**
 * Row 18: whether anybody performs a version. Present is assumed until a request found nobody. Of a service that need not
 * answer `ask` only an attempt tells: for a second after one found nobody there is nobody, and then the next is let through.
 */
export class WorkerPresence implements Presence {
  private seen: Seen = { is: 'unknown' };
  private pinging: Promise<boolean> | null = null;
  private looked: { readonly untilMs: number; readonly handlers: Promise<Handlers> } | null = null;

  constructor(
    private readonly ping: () => Promise<Said>,
    private readonly clock: Clock,
    private readonly answersAsk = true,
  ) {}

  isThere(): Promise<boolean> {
    if (this.seen.is === 'present') return Promise.resolve(true);
    if (this.seen.is === 'absent' && this.clock.nowMs() < this.seen.untilMs) return Promise.resolve(false);
    // One question for all who want to know.
    this.pinging ??= this.ask().finally(() => {
      this.pinging = null;
    });
    return this.pinging;
  }

  whyAbsent(): ErrorCause | null {
    return this.seen.is === 'absent' ? this.seen.cause : null;
  }

  /** @param cause where more is known than that nobody answers */
  noteAbsent(cause: ErrorCause | null = null): void {
    this.seen = { is: 'absent', untilMs: this.clock.nowMs() + ABSENT_MS, cause };
  }

  /** It may have gone: whoever wants to know next asks. */
  doubt(): void {
    if (this.seen.is === 'present') this.seen = { is: 'unknown' };
  }

  notePresent(): void {
    if (this.seen.is !== 'present') this.seen = { is: 'present' };
  }

  /**
   * For people who look: where a call may assume that whoever was there still is, they are told what is so now. Nothing
   * that is found has a bearing on calls: those find out by themselves.
   */
  look(): Promise<Handlers> {
    const nowMs = this.clock.nowMs();
    if (this.looked === null || nowMs >= this.looked.untilMs)
      this.looked = { untilMs: nowMs + LOOKED_MS, handlers: this.handlers() };
    return this.looked.handlers;
  }

  private async handlers(): Promise<Handlers> {
    const handlers = handlersOf(await this.ping());
    return handlers === 'absent' && !this.answersAsk ? 'unknown' : handlers;
  }

  private async ask(): Promise<boolean> {
    const said = await this.ping();
    if (said.kind === 'nobody' && !this.answersAsk) return true;
    const there = handlersOf(said) === 'present';
    if (there) this.notePresent();
    else this.noteAbsent(said.kind === 'nobody' ? said.cause : null);
    return there;
  }
}

/** Who listens and says nothing may be busy: an attempt will tell. Trouble of the bus says nothing of workers. */
function handlersOf({ kind }: Said): Handlers {
  if (kind === 'nobody') return 'absent';
  return kind === 'trouble' || kind === 'closed' ? 'unknown' : 'present';
}
