/**
 * A world in one process in which a test decides the order of everything, for the executor's ports.
 *
 * The world owns the log, the time and the list of steps. Every store call and every handler call of every process
 * in it waits as a step until it is released; an append waits twice, before it is written and before its writer
 * learns of it. A process that crashed gets nothing any more: no step, no timer.
 *  W1 between two releases everything runs until it waits again, so an order of releases is a whole history;
 *  W2 time stands still unless the test moves it, and nothing is random that the test did not seed.
 */
import { setImmediate as everythingWaits } from 'node:timers/promises';
import {
  type AppendResult,
  AppendUnknown,
  type EventStore,
  type ExpectedRevision,
  InMemoryEventStore,
  type NewEvent,
  type ReadStreamOptions,
  type RecordedEvent,
  StoreUnavailable,
} from '@action-do/event-store';
import { type Random, seededRandom } from './seeded-random.js';

/** What goes wrong with a write: its answer is lost after it was written, or before, or it is refused for now. */
export type WriteFault = 'written-unknown' | 'lost-unknown' | 'unavailable';
export const WRITE_FAULTS: readonly WriteFault[] = ['written-unknown', 'lost-unknown', 'unavailable'];

export interface Step {
  readonly owner: string;
  readonly kind: 'write' | 'answer' | 'read' | 'work';
  readonly what: string;
  readonly go: (fault?: WriteFault) => void;
}

interface Timer {
  readonly owner: string;
  readonly atMs: number;
  readonly callback: () => void;
}

export class SimWorld {
  readonly log: InMemoryEventStore;
  /** All that waits, in the order in which it came. */
  readonly steps: Step[] = [];
  /** What was released, for the report of a failure. */
  readonly history: string[] = [];
  nowMs = Date.UTC(2026, 0, 1);
  private timers: Timer[] = [];
  private readonly dead = new Set<string>();
  private lastUuid = 0;
  private readonly random: Random;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    this.log = new InMemoryEventStore({ logId: 'sim', nowMs: () => this.nowMs });
  }

  /** What one process of this world sees of it; fits the executor's Clock, Chance and EventStore. */
  process(owner: string) {
    return {
      clock: {
        nowMs: () => this.nowMs,
        monotonicMs: () => this.nowMs,
        after: (ms: number, callback: () => void) => this.after(owner, ms, callback),
      },
      chance: { uuid: () => this.uuid(), random: this.random },
      store: this.storeOf(owner),
    };
  }

  /** Waits until the test lets it go on; for ever, once its owner has crashed. */
  step(owner: string, kind: Step['kind'], what: string): Promise<WriteFault | undefined> {
    return new Promise((go) => {
      if (!this.dead.has(owner)) this.steps.push({ owner, kind, what, go });
    });
  }

  async release(step: Step, fault?: WriteFault): Promise<void> {
    this.steps.splice(this.steps.indexOf(step), 1);
    this.history.push(`${step.owner} ${step.kind} ${step.what}${fault ? ` (${fault})` : ''}`);
    step.go(fault);
    await everythingWaits();
  }

  /** Ends a process at once. @param landing its writes under way still reach the log, though nobody learns of it */
  crash(owner: string, landing = false): void {
    this.dead.add(owner);
    this.history.push(`${owner} crashes${landing ? ', its writes land' : ''}`);
    const gone = (step: Step) => step.owner === owner && !(landing && step.kind === 'write');
    this.steps.splice(0, this.steps.length, ...this.steps.filter((step) => !gone(step)));
    this.timers = this.timers.filter((timer) => timer.owner !== owner);
  }

  isDead(owner: string): boolean {
    return this.dead.has(owner);
  }

  /** Moves time to the next timer and lets it ring. @returns false where there is none (within `ms`) */
  async tick(ms = Number.POSITIVE_INFINITY): Promise<boolean> {
    const next = this.timers.reduce<Timer | null>(
      (first, timer) => (first === null || timer.atMs < first.atMs ? timer : first),
      null,
    );
    if (next === null || next.atMs > this.nowMs + ms) return false;
    this.timers = this.timers.filter((timer) => timer !== next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    this.history.push(`${next.owner} timer at +${next.atMs - Date.UTC(2026, 0, 1)} ms`);
    next.callback();
    await everythingWaits();
    return true;
  }

  /** Lets everything run until it waits, releasing nothing. */
  async calm(): Promise<void> {
    await everythingWaits();
  }

  /** Lets everything happen in the order in which it comes, time as well, until `done` or nothing is left. */
  async run(done: () => boolean = () => false, releasesMax = 10_000): Promise<void> {
    await everythingWaits();
    for (let releases = 0; !done(); releases++) {
      if (releases >= releasesMax) throw new Error(`not done after ${releasesMax} releases`);
      const [first] = this.steps;
      if (first) await this.release(first);
      else if (!(await this.tick())) return;
    }
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    await everythingWaits();
    for (let [first] = this.steps; first; [first] = this.steps) await this.release(first);
  }

  get timerCount(): number {
    return this.timers.length;
  }

  private after(owner: string, ms: number, callback: () => void): () => void {
    const timer = { owner, atMs: this.nowMs + Math.max(0, ms), callback };
    if (!this.dead.has(owner)) this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  private uuid(): string {
    this.lastUuid++;
    return `00000000-0000-7000-8000-${this.lastUuid.toString(16).padStart(12, '0')}`;
  }

  private storeOf(owner: string): EventStore {
    const { log } = this;
    return {
      logId: log.logId,
      append: (stream, events, expected) => this.append(owner, stream, events, expected),
      readStream: (stream, options) => this.readStream(owner, stream, options),
      readAll: (options) => log.readAll(options),
      subscribe: (options) => log.subscribe(options),
      close: () => Promise.resolve(),
    };
  }

  private async append(
    owner: string,
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const what = `${events.map(({ type }) => type).join('+')} behind ${expected}`;
    const fault = await this.step(owner, 'write', what);
    if (fault === 'unavailable') throw new StoreUnavailable('the simulated store is away');
    if (fault === 'lost-unknown') throw new AppendUnknown(stream);
    const written = await this.log.append(stream, events, expected).then(
      (result) => () => result,
      (error: unknown) => () => {
        throw error;
      },
    );
    if (fault === 'written-unknown') throw new AppendUnknown(stream);
    await this.step(owner, 'answer', what);
    return written();
  }

  private async *readStream(
    owner: string,
    stream: string,
    options?: ReadStreamOptions,
  ): AsyncGenerator<RecordedEvent> {
    const fault = await this.step(owner, 'read', stream);
    if (fault === 'unavailable') throw new StoreUnavailable('the simulated store is away');
    yield* this.log.readStream(stream, options);
  }
}
