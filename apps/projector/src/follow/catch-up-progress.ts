import type { Clock, Log } from '../ports.js';

const LINE_EVERY_MS = 5_000;
/** Less than this is caught up before anybody has read a line about it. */
const WORTH_A_LINE_EVENTS = 5_000n;

/** Tells of a long way to the head of the log: where it is, how fast, how long still. */
export class CatchUpProgress {
  #from = 0n;
  #head = 0n;
  #beganAtMs = 0;
  #toldAtMs = 0;
  #isLong = false;
  #events = 0;
  #rate: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Log,
  ) {}

  /** Events a second of the last or the present long way; null before the first. */
  get eventsPerSecond(): number | null {
    return this.#rate;
  }

  begin(from: bigint, head: bigint): void {
    this.#from = from;
    this.#head = head;
    this.#events = 0;
    this.#beganAtMs = this.clock.nowMs();
    this.#toldAtMs = this.#beganAtMs;
    this.#isLong = head - from > WORTH_A_LINE_EVENTS;
    if (!this.#isLong) return;
    this.logger.info({ from: String(from), head: String(head) }, 'the views begin to catch up with the log');
  }

  reached(position: bigint, events: number): void {
    if (!this.#isLong) return;
    this.#events += events;
    const nowMs = this.clock.nowMs();
    const perMs = this.#events / Math.max(1, nowMs - this.#beganAtMs);
    this.#rate = Math.round(perMs * 1_000);
    const line = { events: this.#events, position: String(position), eventsPerSecond: this.#rate };
    if (position >= this.#head) {
      this.#isLong = false;
      this.logger.info({ ...line, tookMs: nowMs - this.#beganAtMs }, 'the views have caught up with the log');
    } else if (nowMs - this.#toldAtMs >= LINE_EVERY_MS) {
      this.#toldAtMs = nowMs;
      // By positions: a log may have gaps, and events that are not for the views.
      const doneEach = Number(position - this.#from) / Math.max(1, nowMs - this.#beganAtMs);
      const etaMs = Math.round(Number(this.#head - position) / Math.max(doneEach, 1e-9));
      this.logger.info(
        { ...line, head: String(this.#head), etaMs },
        'the views are catching up with the log',
      );
    }
  }
}
