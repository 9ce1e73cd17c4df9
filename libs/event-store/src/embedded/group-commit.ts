/**
 * Turns appends into groups, one commit and one flush a group. Owns the order of positions and the durable position.
 *
 *  G1 positions are given in the order of `add`; a group holds whole appends, in that order, and what was added together
 *     is in one group: all of it is in the log, or none.
 *  G2 one commit at a time; what is added meanwhile forms the next group.
 *  G3 the durable position rises only after the group's flush, then readers are told, then the appenders.
 *  G4 a failed commit is the end: everything waiting is rejected, nothing is taken any more.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoreUnavailable } from '../errors.js';
import type { EventLogFile, NewRecord } from './event-log-file.js';

export interface QueueLimits {
  readonly groupEventsMax: number;
  readonly groupBytesMax: number;
  /** Appends wait in memory: behind these, `add` refuses. */
  readonly waitingEventsMax: number;
  readonly waitingBytesMax: number;
  /** Who waits for an append of somebody else waits in memory too. */
  readonly watchersMax: number;
}

export const DEFAULT_LIMITS: QueueLimits = {
  groupEventsMax: 4_096,
  groupBytesMax: 8 * 1024 * 1024,
  waitingEventsMax: 65_536,
  waitingBytesMax: 64 * 1024 * 1024,
  watchersMax: 65_536,
};

interface Waiting {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}
/** `position` is that of the last event. */
interface WaitingAppend extends Waiting {
  readonly records: readonly NewRecord[];
  readonly events: number;
  readonly bytes: number;
}

type NewAppend = Omit<NewRecord, 'firstPosition'>;

export class GroupCommit {
  #durable: number;
  #lastGiven: number;
  #queue: WaitingAppend[] = [];
  /** Those who wait for somebody else's append. */
  #watchers: Waiting[] = [];
  #waitingEvents = 0;
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #broken: Error | undefined;
  #commitBeganAtMs: number | undefined;

  constructor(
    private readonly file: EventLogFile,
    private readonly limits: QueueLimits,
    private readonly listeners: { onDurable: () => void; onBroken: (cause: Error) => void },
  ) {
    this.#durable = file.lastPosition();
    this.#lastGiven = this.#durable;
  }

  get durablePosition(): number {
    return this.#durable;
  }

  /** How long the commit under way has taken so far, 0 when there is none: a disk that hangs fails nothing. */
  get commitMs(): number {
    return this.#commitBeganAtMs === undefined ? 0 : performance.now() - this.#commitBeganAtMs;
  }

  /** @throws StoreUnavailable after a failed commit */
  refuseIfBroken(): void {
    if (this.#broken)
      throw new StoreUnavailable('the event log could not be written and is out of service: start again', {
        cause: this.#broken,
      });
  }

  /**
   * @returns the position of the append's last event, known at once, and when it is durable
   * @throws StoreUnavailable the queue is full; nothing was taken
   */
  add(append: NewAppend): { lastPosition: number; durable: Promise<void> } {
    return this.addTogether([append]);
  }

  /** The same for appends that belong together, one behind the other: they are taken and written as one. */
  addTogether(appends: readonly NewAppend[]): { lastPosition: number; durable: Promise<void> } {
    this.refuseIfBroken();
    let [events, bytes] = [0, 0];
    for (const append of appends) {
      events += append.count;
      bytes += append.bytes.length;
    }
    this.#refuseIfFull(events, bytes);
    const records = appends.map((append) => {
      const firstPosition = this.#lastGiven + 1;
      this.#lastGiven += append.count;
      return { ...append, firstPosition };
    });
    const position = this.#lastGiven;
    this.#waitingEvents += events;
    this.#waitingBytes += bytes;
    const durable = new Promise<void>((resolve, reject) => {
      this.#queue.push({ records, events, bytes, position, resolve, reject });
    });
    this.#running ??= this.#run();
    return { lastPosition: position, durable };
  }

  /** Resolves when the event at `position`, already given, is durable. @throws StoreUnavailable too many wait, or broken */
  async durableAt(position: number): Promise<void> {
    if (position <= this.#durable) return;
    this.refuseIfBroken();
    if (this.#watchers.length >= this.limits.watchersMax)
      throw new StoreUnavailable(`${this.#watchers.length} wait for what others write: try later`);
    await new Promise<void>((resolve, reject) => {
      this.#watchers.push({ position, resolve, reject });
    });
  }

  /** Resolves when nothing waits any more, written or failed. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // A turn's pause at each start lets everyone who is about to append come into the same group.
    for (await nextTurn(); this.#queue.length > 0; await nextTurn()) {
      const group = this.#takeGroup();
      this.#commitBeganAtMs = performance.now();
      try {
        await this.file.commit(group.flatMap(({ records }) => records));
      } catch (error) {
        this.#break(error, group);
        break;
      }
      this.#commitBeganAtMs = undefined;
      this.#settle(group);
    }
    this.#running = undefined;
  }

  #takeGroup(): WaitingAppend[] {
    let events = 0;
    let bytes = 0;
    const tooMany = this.#queue.findIndex((append) => {
      events += append.events;
      bytes += append.bytes;
      return events > this.limits.groupEventsMax || bytes > this.limits.groupBytesMax;
    });
    // The first goes in however large it is.
    return this.#queue.splice(0, tooMany < 0 ? this.#queue.length : Math.max(tooMany, 1));
  }

  #settle(group: readonly WaitingAppend[]): void {
    for (const { events, bytes, position } of group) {
      this.#durable = position;
      this.#waitingEvents -= events;
      this.#waitingBytes -= bytes;
    }
    this.listeners.onDurable();
    for (const { resolve } of group) resolve();
    const ready = this.#watchers.filter(({ position }) => position <= this.#durable);
    this.#watchers = this.#watchers.filter(({ position }) => position > this.#durable);
    for (const { resolve } of ready) resolve();
  }

  #break(error: unknown, group: readonly WaitingAppend[]): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    this.#broken = cause;
    const lost = [...group, ...this.#queue, ...this.#watchers];
    this.#queue = [];
    this.#watchers = [];
    for (const { reject } of lost) reject(cause);
    this.listeners.onBroken(cause);
  }

  #refuseIfFull(events: number, bytes: number): void {
    const { waitingEventsMax, waitingBytesMax } = this.limits;
    const fits =
      this.#waitingEvents + events <= waitingEventsMax && this.#waitingBytes + bytes <= waitingBytesMax;
    // An append alone always fits, or a large one would be refused for ever.
    if (fits || this.#waitingEvents === 0) return;
    throw new StoreUnavailable(
      `the queue of the event log is full: ${this.#waitingEvents} events (${this.#waitingBytes} bytes) wait for the disk; nothing was written, try later`,
    );
  }
}
