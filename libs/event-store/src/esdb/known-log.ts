import { OtherLog } from './errors.js';

/** Which log this store has open. Found to be another one once, it stays so: nothing is read or written any more. */
export class KnownLog {
  #logId: string | undefined;
  #other: OtherLog | undefined;

  /** @param onOther told once */
  constructor(private readonly onOther: (error: OtherLog) => void) {}

  /** Undefined until it is learned. */
  get logId(): string | undefined {
    return this.#logId;
  }

  learn(logId: string): void {
    this.#logId = logId;
  }

  /** @throws OtherLog */
  refuseOther(): void {
    if (this.#other) throw this.#other;
  }

  /** @param found the name behind the address now, undefined where the log there has none  @throws OtherLog */
  compare(found: string | undefined): void {
    this.refuseOther();
    if (this.#logId === undefined || found === this.#logId) return;
    this.#other = new OtherLog(this.#logId, found ?? 'without a name');
    this.onOther(this.#other);
    throw this.#other;
  }
}
