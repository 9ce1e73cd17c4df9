import { statSync } from 'node:fs';
import { type Clock, pause } from '@action-do/executor';

/** How soon a change is seen. */
const LOOK_EVERY_MS = 400;
/** Of the time that passes, looking takes at most a fiftieth, however many files there are. */
const REST_PER_LOOK = 50;
/** A file that is being written is waited for, but not for ever. */
const SETTLE_MS = 50;
const SETTLE_LOOKS_MAX = 40;

/**
 * Looks at files for changes. It looks, rather than being told by the system: a folder that is made anew takes the watch on it
 * along, folders of other machines and containers tell nothing, and editors write by rename.
 */
export class FileWatch {
  private known = new Map<string, string>();
  private readonly stopper = new AbortController();
  private looking: Promise<void> | null = null;

  /** @param onChange what has changed, come or gone; the next look is after it. Must not reject. */
  constructor(
    private readonly clock: Clock,
    private readonly onChange: (changed: ReadonlySet<string>) => Promise<void>,
  ) {}

  /** From now on these files, as they are now; of those that it knows already, as they were when it looked last. */
  watch(files: Iterable<string>): void {
    const states = [...files].map((file) => [file, this.known.get(file) ?? stateOf(file)] as const);
    this.known = new Map(states);
  }

  start(): void {
    this.looking ??= this.look();
  }

  /** Resolves when it looks no more, and nobody is told any more. */
  async stop(): Promise<void> {
    this.stopper.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopper;
    let tookMs = 0;
    while (!signal.aborted) {
      await pause(this.clock, Math.max(LOOK_EVERY_MS, tookMs * REST_PER_LOOK), signal);
      if (signal.aborted) return;
      const beganMs = performance.now();
      const changed = this.takeChanged();
      tookMs = performance.now() - beganMs;
      if (changed.size === 0) continue;
      await this.settle(changed);
      if (!signal.aborted) await this.onChange(changed);
    }
  }

  /** Until a look finds nothing more: half of a file, or one of two that belong together, is not what was meant. */
  private async settle(changed: Set<string>): Promise<void> {
    for (let looks = 0; looks < SETTLE_LOOKS_MAX && !this.stopper.signal.aborted; looks++) {
      await pause(this.clock, SETTLE_MS, this.stopper.signal);
      const more = this.takeChanged();
      if (more.size === 0) return;
      for (const file of more) changed.add(file);
    }
  }

  private takeChanged(): Set<string> {
    const changed = new Set<string>();
    for (const [file, was] of this.known) {
      const is = stateOf(file);
      if (is === was) continue;
      this.known.set(file, is);
      changed.add(file);
    }
    return changed;
  }
}

/**
 * Of a file as it is now: equal as long as nobody wrote it, or put another in its place. What unpacks or copies may give
 * that the same time, size and even inode; when a file was changed in any way nobody can set.
 */
export function stateOf(file: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  } catch {
    // What cannot be looked at cannot be loaded.
    return 'absent';
  }
}
