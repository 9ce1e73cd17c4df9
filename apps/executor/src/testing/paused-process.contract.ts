import type { Bus, BusMessage } from '@action-do/messaging';
import type { SteadyClock } from '../ports.js';

/** A process that a test stops as SIGSTOP does: its timers and messages wait, and come in their order when it goes on. */
export class PausedProcess {
  private readonly waiting: (() => void)[] = [];
  private isPaused = false;

  constructor(
    private readonly real: SteadyClock,
    private readonly realBus: Bus,
  ) {}

  readonly clock: SteadyClock = {
    nowMs: () => this.real.nowMs(),
    monotonicMs: () => this.real.monotonicMs(),
    after: (ms, callback) => {
      let isOff = false;
      const callOff = this.real.after(ms, () => this.happen(() => void (isOff || callback())));
      return () => {
        isOff = true;
        callOff();
      };
    },
  };

  readonly bus: Bus = {
    payloadBytesMax: 1024 * 1024,
    publish: (...given) => this.realBus.publish(...given),
    request: (...given) => this.realBus.request(...given),
    subscribe: (pattern, handler, options) =>
      this.realBus.subscribe(pattern, (message: BusMessage) => this.happen(() => handler(message)), options),
    drain: () => this.realBus.drain(),
    close: () => this.realBus.close(),
  };

  pause(): void {
    this.isPaused = true;
  }

  goOn(): void {
    this.isPaused = false;
    for (const happen of this.waiting.splice(0)) happen();
  }

  private happen(what: () => void): void {
    if (this.isPaused) this.waiting.push(what);
    else what();
  }
}
