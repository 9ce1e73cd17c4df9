import type { Presence } from '../execution/performer.js';
import type { Clock } from '../ports.js';
import type { Said } from './worker-link.js';

/** How long it is remembered that nobody was there. */
const ABSENT_MS = 1_000;

type Seen = { readonly is: 'unknown' | 'present' } | { readonly is: 'absent'; readonly untilMs: number };

/**
 * Row 18: whether anybody performs a version. Present is assumed until a request found nobody. Of a service that need not
 * answer `ask` only an attempt tells: for a second after one found nobody there is nobody, and then the next is let through.
 */
export class WorkerPresence implements Presence {
  private seen: Seen = { is: 'unknown' };
  private pinging: Promise<boolean> | null = null;

  constructor(
    private readonly ping: () => Promise<Said>,
    private readonly clock: Clock,
    private readonly answersAsk = true,
  ) {}

  isThere(): Promise<boolean> {
    if (this.seen.is === 'present') return Promise.resolve(true);
    if (this.seen.is === 'absent' && this.clock.nowMs() < this.seen.untilMs) return Promise.resolve(false);
    // One question for all who want to know.
    this.pinging ??= this.look().finally(() => {
      this.pinging = null;
    });
    return this.pinging;
  }

  noteAbsent(): void {
    this.seen = { is: 'absent', untilMs: this.clock.nowMs() + ABSENT_MS };
  }

  notePresent(): void {
    if (this.seen.is !== 'present') this.seen = { is: 'present' };
  }

  private async look(): Promise<boolean> {
    const { kind } = await this.ping();
    if (kind === 'nobody' && !this.answersAsk) return true;
    const there = kind !== 'nobody' && kind !== 'trouble' && kind !== 'closed';
    // Who listens and says nothing may be busy: the attempt will tell.
    if (there) this.notePresent();
    else this.noteAbsent();
    return there;
  }
}
