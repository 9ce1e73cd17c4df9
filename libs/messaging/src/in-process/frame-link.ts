import type { MessagePort } from 'node:worker_threads';
import { type BusLimits, PendingWindow } from '../limits.js';

export interface LinkEvents {
  /** Must not throw. */
  readonly frame: (frame: unknown) => void;
  readonly malformed: (what: unknown) => void;
  /** The other side has worked something off: there may be room again. */
  readonly acknowledged: () => void;
  /** Either side closed, or the other thread is gone. */
  readonly ended: () => void;
}

interface Batch {
  readonly acknowledged: number;
  readonly frames: readonly unknown[];
}

/**
 * Frames over a port, in order, one batch a turn of the event loop: waking a thread costs more than a frame.
 *
 * A port queues without bound for a thread that is busy, so each side acknowledges batches and the other counts what
 * is under way. Only messages are held to the window; answers and orders are few per message and always go.
 */
export class FrameLink {
  readonly #window: PendingWindow;
  readonly #unacknowledged: { count: number; bytes: number }[] = [];
  #frames: unknown[] = [];
  #batch = { count: 0, bytes: 0 };
  #toAcknowledge = 0;
  #isScheduled = false;
  #isClosed = false;

  constructor(
    private readonly port: MessagePort,
    limits: BusLimits,
    private readonly events: LinkEvents,
  ) {
    this.#window = new PendingWindow(limits);
    port.on('message', (value: unknown) => this.#receive(value));
    port.on('messageerror', (error) => events.malformed(error));
    port.on('close', () => {
      this.#isClosed = true;
      events.ended();
    });
  }

  hasRoom(payloadBytes: number): boolean {
    return this.#window.hasRoom(payloadBytes);
  }

  /** A frame that counts against the window; ask `hasRoom` before. */
  sendMessage(frame: unknown, payloadBytes: number): void {
    this.#window.add(1, payloadBytes);
    this.#batch.count += 1;
    this.#batch.bytes += payloadBytes;
    this.send(frame);
  }

  send(frame: unknown): void {
    this.#frames.push(frame);
    this.#schedule();
  }

  close(): void {
    this.#flush();
    this.#isClosed = true;
    this.port.close();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    const frames = this.#frames;
    const acknowledged = this.#toAcknowledge;
    this.#frames = [];
    this.#toAcknowledge = 0;
    if (this.#isClosed || (frames.length === 0 && acknowledged === 0)) return;
    if (frames.length > 0) this.#unacknowledged.push(this.#batch);
    this.#batch = { count: 0, bytes: 0 };
    this.port.postMessage({ acknowledged, frames } satisfies Batch);
  }

  #receive(value: unknown): void {
    if (!isBatch(value)) {
      this.events.malformed(value);
      return;
    }
    // A stranger's count may be too high; nothing is under way beyond what was sent.
    const worked = this.#unacknowledged.splice(0, value.acknowledged);
    for (const { count, bytes } of worked) this.#window.remove(count, bytes);
    if (worked.length > 0) this.events.acknowledged();
    if (value.frames.length === 0) return;
    for (const frame of value.frames) this.events.frame(frame);
    this.#toAcknowledge += 1;
    this.#schedule();
  }
}

function isBatch(value: unknown): value is Batch {
  if (typeof value !== 'object' || value === null || !('acknowledged' in value) || !('frames' in value))
    return false;
  const { acknowledged, frames } = value;
  return typeof acknowledged === 'number' && acknowledged >= 0 && Array.isArray(frames);
}
