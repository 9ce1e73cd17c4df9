import type { Lane } from './slots.js';

/** One execution that this executor may come to hold. Giving it back twice does no harm. */
export interface Admission {
  /** The execution is closed, parked, or somebody else's. */
  leave(): void;
  /** The execution stays open with nobody at it: its place is free, its name is kept for the next start. */
  abandon(): void;
  /** Counts it among those of its action, where that bounds itself; once. */
  countIn(lane: Lane | null): void;
}

/**
 * Bounds how many executions this executor holds at once (running, queued, in backoff), and knows which: entered
 * before the claim is appended, left when the execution is closed or parked. So whatever this executor has open in
 * the log is in here, and a list of it is enough to find all open work after a crash.
 *
 * Of an action that bounds itself it holds as many as may run and a part of the rest, for those that wait for each other
 * must not keep others from slots that are free.
 *
 * A1 an execution that this executor left open stays on the list until the process ends.
 */
export class Admissions {
  private readonly held = new Map<string, number>();
  private readonly leftOpen = new Set<string>();
  private readonly inLane = new Map<string, number>();
  private count = 0;
  private abandoned = 0;

  /** @param waitingInLaneMax of one action that bounds itself, beside those that may run */
  constructor(
    readonly limit: number,
    private readonly waitingInLaneMax = limit,
  ) {}

  /** Null = full, or full of this action: refuse before anything is recorded. */
  enter(stream: string, lane: Lane | null = null): Admission | null {
    if (this.count >= this.limit || (lane !== null && this.heldIn(lane) >= this.limitOf(lane))) return null;
    const admission = this.enterAnyway(stream);
    admission.countIn(lane);
    return admission;
  }

  /** For work that is already recorded and must not be refused any more. */
  enterAnyway(stream: string): Admission {
    this.count++;
    this.held.set(stream, (this.held.get(stream) ?? 0) + 1);
    let inside = true;
    let countedIn: Lane | null = null;
    const freePlace = (): void => {
      this.count--;
      if (countedIn === null) return;
      const left = this.heldIn(countedIn) - 1;
      if (left === 0) this.inLane.delete(countedIn.name);
      else this.inLane.set(countedIn.name, left);
    };
    const admission: Admission = {
      leave: () => {
        if (!inside) return;
        inside = false;
        freePlace();
        const left = (this.held.get(stream) ?? 1) - 1;
        if (left === 0) this.held.delete(stream);
        else this.held.set(stream, left);
      },
      abandon: () => {
        // On the list already: once is enough, however often it was taken up since.
        if (this.leftOpen.has(stream)) return admission.leave();
        if (!inside) return;
        inside = false;
        this.leftOpen.add(stream);
        // Abandoned names are bounded too: beyond that many, each keeps its place.
        if (this.abandoned >= this.limit) return;
        this.abandoned++;
        freePlace();
      },
      countIn: (lane) => {
        if (!inside || countedIn !== null || lane === null) return;
        countedIn = lane;
        this.inLane.set(lane.name, this.heldIn(lane) + 1);
      },
    };
    return admission;
  }

  /** Whether somebody here is at that execution now. */
  isHeld(stream: string): boolean {
    return (this.held.get(stream) ?? 0) > (this.leftOpen.has(stream) ? 1 : 0);
  }

  get size(): number {
    return this.count;
  }

  heldIn({ name }: Lane): number {
    return this.inLane.get(name) ?? 0;
  }

  limitOf({ limit }: Lane): number {
    return limit + this.waitingInLaneMax;
  }

  /** Streams of everything held now, and of what was left open. */
  streams(): string[] {
    return [...this.held.keys()];
  }
}
