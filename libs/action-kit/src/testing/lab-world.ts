/**
 * What everything in one life shares: the log, the time, the plan of what goes wrong, and the story of what happened.
 *  W1 time stands still unless the life moves it; the author's code alone runs in real time;
 *  W2 whatever was held back (a paused executor, a handler at a crash point) is let go before the life is judged.
 */
import { type ExecutionState, foldExecution } from '@action-do/domain';
import type { Boundary, BoundaryKind, FaultKind, Plan } from './faults.js';
import { LabLog } from './lab-log.js';

/** Somebody that was given up and comes back. */
export interface Zombie {
  readonly when: 'before-next-call' | 'at-the-end';
  comeBack(): Promise<unknown>;
}

export class LabWorld {
  readonly log = new LabLog();
  readonly story: string[] = [];
  /** In the order in which they were passed. */
  readonly boundaries: Boundary[] = [];
  /** Calls of handlers that may go on. */
  readonly running = new Set<Promise<unknown>>();
  nowMs = Date.UTC(2026, 0, 1);
  calls = 0;
  /** What a probe said that was not so. */
  lie: string | undefined;
  /** A handler that did not end in the time that it has in the lab. */
  stuck = false;
  readonly #faults: ReadonlyMap<string, FaultKind>;
  readonly #counts = { append: 0, call: 0, point: 0, probe: 0 };
  #zombies: Zombie[] = [];
  #held: (() => void)[] = [];
  #dead: (() => void)[] = [];

  constructor(
    plan: Plan,
    /** Effects of this life so far. */
    readonly countEffects: () => Promise<number>,
  ) {
    this.#faults = new Map(plan.map(({ boundary, fault }) => [boundary.id, fault.kind]));
  }

  tell(line: string): void {
    this.story.push(line);
  }

  /** @param id where a count of its kind is not enough @returns what goes wrong here */
  pass(kind: BoundaryKind, what: string, id = `${kind} ${++this.#counts[kind]}`): FaultKind | undefined {
    this.boundaries.push({ kind, id, what });
    return this.#faults.get(id);
  }

  fold(): ExecutionState {
    return foldExecution(this.log.read());
  }

  later(zombie: Zombie): void {
    this.#zombies.push(zombie);
  }

  /** A handler waits at a crash point until its process comes back. */
  hold(letGo: () => void): void {
    this.#held.push(letGo);
  }

  /** A handler's process died at a crash point: it waits for ever, or until its process is cleared away. */
  die(clearAway: () => void): void {
    this.#dead.push(clearAway);
  }

  /** Clears dead processes away, as an operating system does: what they hold open is closed. @returns whether there were any */
  bury(): boolean {
    const dead = this.#dead;
    this.#dead = [];
    for (const clearAway of dead) clearAway();
    return dead.length > 0;
  }

  /** @returns whether anybody was held back */
  async bringBack(when: Zombie['when']): Promise<boolean> {
    const held = when === 'at-the-end' ? this.#held : [];
    const due = this.#zombies.filter((zombie) => when === 'at-the-end' || zombie.when === when);
    this.#zombies = this.#zombies.filter((zombie) => !due.includes(zombie));
    if (when === 'at-the-end') this.#held = [];
    for (const letGo of held) letGo();
    for (const zombie of due) await zombie.comeBack();
    return held.length + due.length > 0;
  }
}
