import {
  type ActionEvent,
  type ActionEventData,
  actionStream,
  type ScopeHash,
  type TenantName,
} from '@action-do/contracts';
import { ABSENT, type ExecutionState, evolveExecution } from '@action-do/domain';
import { AppendUnknown, type EventStore, type RecordedEvent } from '@action-do/event-store';
import type { Chance, SteadyClock } from '../ports.js';
import { type Append, appendUntilKnown } from './append-until-known.js';
import type { Closing } from './closing.js';
import { type Requester, requesterOf, toActionEvent, toNewEvent } from './execution-record.js';

/** One key's stream as last seen: what is decided upon, and what the answer is made of. */
export interface Loaded {
  readonly tenant: TenantName;
  readonly scope: ScopeHash;
  readonly state: ExecutionState;
  /** Of the newest event seen; -1 before the first. */
  readonly position: bigint;
  /** Id of the newest event: the cause of the next. */
  readonly lastEventId: string | null;
  /** Who asked for the newest generation. */
  readonly requester: Requester | null;
  /** Monotonic, milliseconds: when the store was asked for it, or to make it so. Others may have gone on since. */
  readonly askedAtMs: number;
}

/**
 * How often an append whose answer was lost is repeated, with the same ids at the same place, before the caller is
 * told that nobody knows. A claim has a caller that waits; what an attempt came to has only us to remember it.
 */
export type Patience = 'caller-waits' | 'until-known';
const REPEATS_MAX: Record<Patience, number> = { 'caller-waits': 8, 'until-known': Number.POSITIVE_INFINITY };

/** The caller has waited long enough for an append that is still in doubt; somebody has to find out all the same. */
export class AppendInDoubt extends AppendUnknown {
  /** @param goOn repeats until known; throws as `append` does */
  constructor(
    streamId: string,
    readonly goOn: () => Promise<Loaded>,
    options: ErrorOptions,
  ) {
    super(streamId, options);
    this.name = 'AppendInDoubt';
  }
}

/** Others go on with what was left here, because this executor told them so. */
export class ExecutorOver extends Error {
  constructor() {
    super('this executor has ended: nothing is appended any more');
    this.name = 'ExecutorOver';
  }
}

/** Reads and writes executions: the only place where the deciders' events meet the store. */
export class ExecutionLog {
  /** Of the newest event that this process was told is durable; -1 before the first. */
  lastPosition = -1n;

  constructor(
    private readonly store: EventStore,
    private readonly clock: SteadyClock,
    private readonly chance: Chance,
    private readonly closing: Closing,
    readonly executor: string,
  ) {}

  get logId(): string {
    return this.store.logId;
  }

  /** A stream of which nothing is known yet: the claim on it needs no read, the conflict is the answer. */
  absent(tenant: TenantName, scope: ScopeHash): Loaded {
    return {
      tenant,
      scope,
      state: ABSENT,
      position: -1n,
      lastEventId: null,
      requester: null,
      askedAtMs: Number.NEGATIVE_INFINITY,
    };
  }

  /** Folds the stream; with `generation`, only as far as that generation goes. */
  async load(tenant: TenantName, scope: ScopeHash, generation = Number.POSITIVE_INFINITY): Promise<Loaded> {
    let loaded: Loaded = { ...this.absent(tenant, scope), askedAtMs: this.clock.monotonicMs() };
    for await (const recorded of this.events(tenant, scope)) {
      const event = toActionEvent(recorded);
      if (event.type === 'ActionRequested' && event.data.generation > generation) break;
      loaded = advance(loaded, recorded, event);
    }
    return loaded;
  }

  /** The stream's events as stored, in order. */
  events(tenant: TenantName, scope: ScopeHash, fromRevision = 0n): AsyncIterable<RecordedEvent> {
    return this.store.readStream(actionStream(tenant, scope), { fromRevision });
  }

  /**
   * Appends what was decided upon `loaded`, right behind it; all or nothing.
   * @param about the request that the events follow from, where it may be an older one than the stream's newest
   * @throws StreamConflict somebody came first: load and decide again
   * @throws AppendInDoubt still unknown after repeating the same ids (row 16); only where a caller waits
   * @throws AppendUnknown still unknown, and this executor has stopped
   * @throws StoreUnavailable, ExecutorOver nothing was written
   */
  async append(
    loaded: Loaded,
    events: readonly ActionEvent[],
    requester: Requester,
    patience: Patience,
    about?: ActionEventData<'ActionRequested'>,
  ): Promise<Loaded> {
    const [first] = events;
    if (first === undefined) return loaded;
    if (this.closing.over) throw new ExecutorOver();
    let request = about ?? loaded.state.generation?.request;
    let causationId = loaded.lastEventId;
    const records = events.map((event) => {
      // One append may close a generation and begin the next: each event is of its own.
      if (event.type === 'ActionRequested') request = event.data;
      if (request === undefined) throw new TypeError(`${first.type} on a stream without a request`);
      const { action, version, generation } = request;
      const { tenant, scope } = loaded;
      const { executor } = this;
      const context = { tenant, scope, action, version, generation, executor, requester };
      const record = toNewEvent(event, this.chance.uuid(), causationId, context);
      causationId = record.id;
      return record;
    });
    const { revision } = loaded.state;
    const stream = actionStream(loaded.tenant, loaded.scope);
    const append: Append = { stream, records, expected: revision < 0n ? 'no-stream' : revision };
    const after = {
      ...loaded,
      state: events.reduce(evolveExecution, loaded.state),
      lastEventId: causationId,
      requester: events.some(({ type }) => type === 'ActionRequested') ? requester : loaded.requester,
      askedAtMs: this.clock.monotonicMs(),
    };
    try {
      return await this.write(append, after, patience);
    } catch (error) {
      if (!(error instanceof AppendUnknown) || patience === 'until-known') throw error;
      const goOn = () => this.write(append, after, 'until-known', error);
      throw new AppendInDoubt(stream, goOn, { cause: error });
    }
  }

  private async write(
    append: Append,
    after: Loaded,
    patience: Patience,
    inDoubt: AppendUnknown | null = null,
  ): Promise<Loaded> {
    const { store, clock, closing } = this;
    const repeatsMax = REPEATS_MAX[patience];
    const { position } = await appendUntilKnown(store, append, clock, closing, repeatsMax, inDoubt);
    if (position > this.lastPosition) this.lastPosition = position;
    return { ...after, position };
  }
}

const advance = (loaded: Loaded, recorded: RecordedEvent, event: ActionEvent): Loaded => ({
  ...loaded,
  state: evolveExecution(loaded.state, event),
  position: recorded.position,
  lastEventId: recorded.id,
  requester: event.type === 'ActionRequested' ? requesterOf(recorded) : loaded.requester,
});
