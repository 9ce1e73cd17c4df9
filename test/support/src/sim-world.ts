/**
 * A world in one process in which a test decides the order of everything, for the executor's ports.
 *
 * The world owns the log, the time and the list of steps. Every store call and every handler call of every process
 * in it waits as a step until it is released; an append waits twice, before it is written and before its writer
 * learns of it. A process that crashed gets nothing any more: no step, no timer.
 *  W1 between two releases everything runs until it waits again, so an order of releases is a whole history;
 *  W2 time stands still unless the test moves it, and nothing is random that the test did not seed;
 *  W3 a process that is paused gets nothing until it is resumed, but what it has sent is on its way.
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

/**
 * What goes wrong with a write: its answer is lost after it was written, or before, or it is refused for now; or its
 * answer is lost, and it is written later, perhaps behind its own repeat.
 */
export type WriteFault = 'written-unknown' | 'lost-unknown' | 'unavailable' | 'late-unknown';
export const WRITE_FAULTS: readonly WriteFault[] = [
  'written-unknown',
  'lost-unknown',
  'unavailable',
  'late-unknown',
];
/** What goes wrong with a message: it never arrives, or twice. */
export type MessageFault = 'drop' | 'duplicate';
export type Fault = WriteFault | MessageFault;

export interface Step {
  readonly owner: string;
  readonly kind: 'write' | 'answer' | 'read' | 'work' | 'message' | 'reply' | 'late write';
  readonly what: string;
  /** The stream that it concerns, where that is not all that `what` says. */
  readonly about?: string;
  readonly go: (fault?: Fault) => void;
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
  /** Everything that is durable, in the order of the log. Frozen, so that no process changes what another one reads. */
  readonly written: RecordedEvent[] = [];
  private readonly byStream = new Map<string, RecordedEvent[]>();
  private timers: Timer[] = [];
  private readonly dead = new Set<string>();
  private readonly paused = new Set<string>();
  /** How much the clock on a process's wall is off. Its timers are not. */
  private readonly offMs = new Map<string, number>();
  private lastUuid = 0;
  private readonly random: Random;

  /** @param namesStreams in the history, for worlds with many of them */
  constructor(
    seed = 1,
    private readonly namesStreams = false,
  ) {
    this.random = seededRandom(seed);
    this.log = new InMemoryEventStore({ logId: 'sim', nowMs: () => this.nowMs });
  }

  /** What one process of this world sees of it; fits the executor's Clock, Chance and EventStore. */
  process(owner: string) {
    return {
      clock: {
        nowMs: () => this.wallMs(owner),
        monotonicMs: () => this.nowMs,
        after: (ms: number, callback: () => void) => this.after(owner, ms, callback),
      },
      chance: { uuid: () => this.uuid(), random: this.random },
      store: this.storeOf(owner),
    };
  }

  /** Waits until the test lets it go on; for ever, once its owner has crashed. */
  step(owner: string, kind: Step['kind'], what: string, about?: string): Promise<Fault | undefined> {
    return new Promise((go) => {
      this.put({ owner, kind, what, go, ...(about === undefined ? {} : { about }) });
    });
  }

  /** As `step`, for what is nobody's to wait for. */
  put(step: Step): void {
    if (!this.dead.has(step.owner)) this.steps.push(step);
  }

  /** Whether it may be released now. */
  isReady({ owner, kind }: Step): boolean {
    return kind === 'write' || !this.paused.has(owner);
  }

  async release(step: Step, fault?: Fault): Promise<void> {
    this.steps.splice(this.steps.indexOf(step), 1);
    const about = step.about === undefined || !this.namesStreams ? '' : ` of ${shortName(step.about)}`;
    this.history.push(`${step.owner} ${step.kind} ${step.what}${about}${fault ? ` (${fault})` : ''}`);
    step.go(fault);
    await everythingWaits();
  }

  /**
   * Kills the store, which comes again with all that it had acknowledged. What waited in it for its flush is lost or lands,
   * as `lands` says of each; whoever waits for it hears of neither, and reads fail. A process that stands still has not sent
   * yet what it waits for.
   */
  async killStore(lands: () => boolean, note: (lands: boolean) => void): Promise<void> {
    this.history.push('the store dies');
    for (const step of this.steps.filter(({ owner }) => !this.paused.has(owner))) {
      const { kind } = step;
      if (kind === 'read' || kind === 'answer') await this.release(step, 'unavailable');
      if (kind !== 'write' && kind !== 'late write') continue;
      const isKept = lands();
      note(isKept);
      if (kind === 'write') await this.release(step, isKept ? 'written-unknown' : 'lost-unknown');
      else if (isKept) await this.release(step);
      else this.steps.splice(this.steps.indexOf(step), 1);
    }
  }

  /** Ends a process at once. @param landing its writes under way still reach the log, though nobody learns of it */
  crash(owner: string, landing = false): void {
    this.dead.add(owner);
    this.history.push(`${owner} crashes${landing ? ', its writes land' : ''}`);
    const gone = (step: Step) => step.owner === owner && !(landing && step.kind === 'write');
    this.steps.splice(0, this.steps.length, ...this.steps.filter((step) => !gone(step)));
    this.timers = this.timers.filter((timer) => timer.owner !== owner);
  }

  /** Position of the newest event that is durable; 0 before the first. */
  get logEnd(): number {
    return Number(this.written.at(-1)?.position ?? 0n);
  }

  /** Writes at once, as nobody in particular. @throws StreamConflict */
  async write(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const result = await this.log.append(stream, events, expected);
    await this.catchUp(stream);
    return result;
  }

  isDead(owner: string): boolean {
    return this.dead.has(owner);
  }

  /** SIGSTOP: it notices nothing, neither of time nor of what comes for it. */
  pause(owner: string): void {
    this.paused.add(owner);
    this.history.push(`${owner} stands still`);
  }

  /** SIGCONT: what came meanwhile is there at once. */
  resume(owner: string): void {
    this.paused.delete(owner);
    this.history.push(`${owner} goes on`);
  }

  isPaused(owner: string): boolean {
    return this.paused.has(owner);
  }

  /** From now on a process believes it to be so much later (or earlier) than it is. Milliseconds. */
  setOff(owner: string, ms: number): void {
    this.offMs.set(owner, ms);
    this.history.push(`the clock of ${owner} is off by ${ms} ms`);
  }

  wallMs(owner: string): number {
    return this.nowMs + (this.offMs.get(owner) ?? 0);
  }

  /** Moves time to the next timer and lets it ring. @returns false where there is none (within `ms`) */
  async tick(ms = Number.POSITIVE_INFINITY): Promise<boolean> {
    let next: Timer | null = null;
    for (const timer of this.timers)
      if ((next === null || timer.atMs < next.atMs) && !this.paused.has(timer.owner)) next = timer;
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
    // Whole milliseconds, as a real clock has them.
    const timer = { owner, atMs: this.nowMs + Math.ceil(Math.max(0, ms)), callback };
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
    const fault = await this.step(owner, 'write', what, stream);
    if (fault === 'unavailable') throw new StoreUnavailable('the simulated store is away');
    if (fault === 'lost-unknown') throw new AppendUnknown(stream);
    if (fault === 'late-unknown') {
      // The store's own: it lands whatever becomes of who sent it.
      const go = () => void this.write(stream, events, expected).catch(() => {});
      this.put({ owner: 'store', kind: 'late write', what: `${what} from ${owner}`, about: stream, go });
      throw new AppendUnknown(stream);
    }
    const written = await this.write(stream, events, expected).then(
      (result) => () => result,
      (error: unknown) => () => {
        throw error;
      },
    );
    if (fault === 'written-unknown') throw new AppendUnknown(stream);
    if ((await this.step(owner, 'answer', what, stream)) !== undefined) throw new AppendUnknown(stream);
    return written();
  }

  private async *readStream(
    owner: string,
    stream: string,
    options?: ReadStreamOptions,
  ): AsyncGenerator<RecordedEvent> {
    const fault = await this.step(owner, 'read', stream);
    if (fault === 'unavailable') throw new StoreUnavailable('the simulated store is away');
    const known = await this.catchUp(stream);
    // Anything but an execution from some place on is read as the store itself does it.
    if (options?.direction !== undefined || options?.limit !== undefined)
      yield* this.log.readStream(stream, options);
    else yield* known.slice(Number(options?.fromRevision ?? 0n));
  }

  /** The stream as it is now, each event parsed once. */
  private async catchUp(stream: string): Promise<readonly RecordedEvent[]> {
    const known = this.byStream.get(stream) ?? [];
    this.byStream.set(stream, known);
    for await (const event of this.log.readStream(stream, { fromRevision: BigInt(known.length) })) {
      known.push(freeze(event));
      this.written.push(event);
    }
    return known;
  }
}

/** Enough of a stream's name to tell it from the others of a run. */
export const shortName = (stream: string): string => {
  const dot = stream.lastIndexOf('.');
  return dot < 0 ? stream : stream.slice(0, dot + 9);
};

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
