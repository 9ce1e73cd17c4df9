/** Bounds of a bus inside one process; the defaults are those of NATS. */
export interface BusLimits {
  /** Payload and headers of one message. Default 1 MiB. */
  readonly payloadBytesMax: number;
  /** Messages that wait for one subscription, or for one thread, before further ones are dropped. Default 65,536. */
  readonly pendingMax: number;
  /** The same in bytes of payload. Default 64 MiB. */
  readonly pendingBytesMax: number;
}

const MiB = 1024 * 1024;
const defaults: BusLimits = { payloadBytesMax: MiB, pendingMax: 65_536, pendingBytesMax: 64 * MiB };

/** @throws RangeError for a limit that is no positive integer */
export function completeLimits(chosen: Partial<BusLimits>): BusLimits {
  const limits = { ...defaults, ...withoutUndefined(chosen) };
  for (const name of ['payloadBytesMax', 'pendingMax', 'pendingBytesMax'] as const) {
    const value = limits[name];
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} is a positive integer, not ${value}`);
  }
  return limits;
}

function withoutUndefined({
  payloadBytesMax,
  pendingMax,
  pendingBytesMax,
}: Partial<BusLimits>): Partial<BusLimits> {
  return {
    ...(payloadBytesMax !== undefined && { payloadBytesMax }),
    ...(pendingMax !== undefined && { pendingMax }),
    ...(pendingBytesMax !== undefined && { pendingBytesMax }),
  };
}

/** What is under way to one receiver, held to a bound. */
export class PendingWindow {
  #count = 0;
  #bytes = 0;

  constructor(private readonly limits: BusLimits) {}

  /** One message always fits an empty window, however large. */
  hasRoom(bytes: number): boolean {
    if (this.#count === 0) return true;
    return this.#count < this.limits.pendingMax && this.#bytes + bytes <= this.limits.pendingBytesMax;
  }

  add(count: number, bytes: number): void {
    this.#count += count;
    this.#bytes += bytes;
  }

  remove(count: number, bytes: number): void {
    this.#count -= count;
    this.#bytes -= bytes;
  }
}
