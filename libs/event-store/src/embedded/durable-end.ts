/// <reference lib="es2024.sharedmemory" />
/**
 * How far the log is durable, told to the other threads of the process through shared memory. The store is the only
 * one who writes here; any number of readers look.
 *
 *  D1 the position is stored after the flush and before anybody is woken: who reads it may know every event up to it.
 *  D2 it only rises; the state goes from open to closed or broken once.
 *  D3 whatever changes rings the bell afterwards. Who reads the bell first, then looks, then sleeps on the bell that it
 *     read, misses nothing.
 */

/** Bytes 0 to 7 the position, 8 to 11 the bell, 12 to 15 the state. */
const BYTES = 16;
const BELL = 0;
const STATE = 1;
const STATES = ['open', 'closed', 'broken'] as const;
export type LogState = (typeof STATES)[number];

export class DurableEnd {
  readonly #position: BigInt64Array;
  readonly #words: Int32Array;

  /** @throws TypeError not what another DurableEnd made */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    if (!(memory instanceof SharedArrayBuffer) || memory.byteLength !== BYTES)
      throw new TypeError('not the durable end of an embedded log');
    this.#position = new BigInt64Array(memory, 0, 1);
    this.#words = new Int32Array(memory, 8, 2);
  }

  get position(): bigint {
    return Atomics.load(this.#position, 0);
  }

  get state(): LogState {
    return STATES[Atomics.load(this.#words, STATE)] ?? 'broken';
  }

  rise(position: number): void {
    Atomics.store(this.#position, 0, BigInt(position));
    this.#ring();
  }

  end(state: Exclude<LogState, 'open'>): void {
    if (this.state !== 'open') return;
    Atomics.store(this.#words, STATE, STATES.indexOf(state));
    this.#ring();
  }

  /** What `nextRing` wants to have been read before looking. */
  get bell(): number {
    return Atomics.load(this.#words, BELL);
  }

  /** Resolves when the bell is another than `heard`, at the latest after `timeoutMs`; keeps the thread alive until then,
   *  or until whoever waits is `closed`. */
  async nextRing(heard: number, timeoutMs: number, closed: AbortSignal): Promise<void> {
    const waiting = Atomics.waitAsync(this.#words, BELL, heard, timeoutMs);
    if (!waiting.async) return;
    // Waiting on shared memory alone does not count as work: a thread with nothing else to do would end.
    const alive = setInterval(() => undefined, timeoutMs);
    const letGo = (): void => clearInterval(alive);
    closed.addEventListener('abort', letGo, { once: true });
    await waiting.value;
    closed.removeEventListener('abort', letGo);
    letGo();
  }

  #ring(): void {
    Atomics.add(this.#words, BELL, 1);
    Atomics.notify(this.#words, BELL);
  }
}
