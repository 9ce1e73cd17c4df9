import { type Beat, systemSubjects } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { Log, SteadyClock } from '../ports.js';
import type { Beater } from './beater.js';

/** Two may be lost before others take this executor for dead. */
export const BEATS_A_LEASE = 3;

const encoder = new TextEncoder();

/** What an executor says of itself each time. @param leaseMs how long others take it for alive then */
export const beatOf = (executor: string, leaseMs: number, word: Pick<Beat, 'over'> = {}): Uint8Array =>
  encoder.encode(JSON.stringify({ executor, leaseMs, ...word } satisfies Beat));

export interface BeatsParts {
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: SteadyClock;
  readonly logger: Log;
  readonly executor: string;
  readonly leaseMs: number;
  /** Beats while this event loop stands still; null = then nobody does. */
  readonly beater: Beater | null;
  /** Whether beats came back of late, by whichever way they went. */
  readonly isHeard: () => boolean;
  /** Called with each beat. */
  readonly onBeat: () => void;
}

/**
 * Says that this executor is alive, for all that it holds: one message every third of the lease, whatever runs. It begins
 * before anything is begun, and goes on while the executor drains.
 */
export class Beats {
  private callOff: () => void = () => undefined;

  constructor(private readonly parts: BeatsParts) {}

  start(): void {
    this.callOff();
    this.say({});
    this.parts.beater?.start();
    this.arm();
  }

  /** Tells that nothing more comes: what was left may be taken over at once, and not after a lease. It is the last word. */
  async over(): Promise<void> {
    this.callOff();
    await this.parts.beater?.stop();
    this.say({ over: true });
  }

  private arm(): void {
    const { clock, leaseMs, beater, isHeard, onBeat } = this.parts;
    this.callOff = clock.after(leaseMs / BEATS_A_LEASE, () => {
      const isSent = beater?.turn() ?? false;
      if (!isSent || !isHeard()) this.say({});
      this.arm();
      onBeat();
    });
  }

  /** Never throws: who is not heard is taken for dead, and what follows is decided by the log. */
  private say(word: Pick<Beat, 'over'>): void {
    const { bus, executor, leaseMs, logger } = this.parts;
    try {
      bus.publish(systemSubjects.beat, beatOf(executor, leaseMs, word));
    } catch (error) {
      logger.debug({ err: error }, 'a beat could not be sent');
    }
  }
}
