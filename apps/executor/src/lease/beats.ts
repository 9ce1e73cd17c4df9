import { type Beat, systemSubjects } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { Log, SteadyClock } from '../ports.js';

/** Two may be lost before others take this executor for dead. */
export const BEATS_A_LEASE = 3;

const encoder = new TextEncoder();

/**
 * Says that this executor is alive, for all that it holds: one message every third of the lease, whatever runs. It begins
 * before anything is begun, and goes on while the executor drains.
 */
export class Beats {
  private callOff: () => void = () => undefined;

  constructor(
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly clock: SteadyClock,
    private readonly logger: Log,
    private readonly executor: string,
    private readonly leaseMs: number,
    /** Called with each beat. */
    private readonly onBeat: () => void,
  ) {}

  start(): void {
    this.callOff();
    this.say({});
    this.arm();
  }

  /** Tells that nothing more comes: what was left may be taken over at once, and not after a lease. */
  over(): void {
    this.callOff();
    this.say({ over: true });
  }

  private arm(): void {
    this.callOff = this.clock.after(this.leaseMs / BEATS_A_LEASE, () => {
      this.say({});
      this.arm();
      this.onBeat();
    });
  }

  /** Never throws: who is not heard is taken for dead, and what follows is decided by the log. */
  private say(word: Pick<Beat, 'over'>): void {
    const beat: Beat = { executor: this.executor, leaseMs: this.leaseMs, ...word };
    try {
      this.bus.publish(systemSubjects.beat, encoder.encode(JSON.stringify(beat)));
    } catch (error) {
      this.logger.debug({ err: error }, 'a beat could not be sent');
    }
  }
}
