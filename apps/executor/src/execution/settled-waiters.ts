import { InFlight } from '@action-do/messaging';
import type { Loaded } from './execution-log.js';

/** Null = look for yourself. */
type Wake = (loaded: Loaded | null) => void;

/**
 * Callers that wait in this process for an execution to be settled. Best effort: whoever waits for an execution
 * that another process holds looks into the stream from time to time besides.
 */
export class SettledWaiters {
  private readonly byStream = new InFlight<string, Set<Wake>>();

  /** @param tellOthers of what was settled here: callers may wait for it elsewhere */
  constructor(private readonly tellOthers: (loaded: Loaded) => void = () => {}) {}

  /** Calls `wake` at most once; the returned function calls it off. */
  register(stream: string, wake: Wake): () => void {
    const wakes = this.byStream.get(stream) ?? new Set();
    this.byStream.set(stream, wakes);
    wakes.add(wake);
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.byStream.get(stream) === wakes) this.byStream.delete(stream);
    };
  }

  notify(stream: string, loaded: Loaded): void {
    this.tellOthers(loaded);
    this.wakeWith(stream, loaded);
  }

  /** Whoever waits for it looks for itself. */
  wake(stream: string): void {
    this.wakeWith(stream, null);
  }

  notifyAll(): void {
    for (const stream of this.byStream.keys()) this.wake(stream);
  }

  private wakeWith(stream: string, loaded: Loaded | null): void {
    for (const wake of this.byStream.delete(stream) ?? []) wake(loaded);
  }

  /** Streams that somebody waits for. */
  get size(): number {
    return this.byStream.size;
  }
}
