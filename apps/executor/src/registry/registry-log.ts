import { ActionRegistered, ActionRetired, registryStream, type TenantName } from '@action-do/contracts';
import {
  evolveRegistry,
  NOTHING_REGISTERED,
  type RegistryEvent,
  type RegistryState,
} from '@action-do/domain';
import type { EventStore, RecordedEvent } from '@action-do/event-store';
import { appendUntilKnown } from '../execution/append-until-known.js';
import type { Closing } from '../execution/closing.js';
import type { Requester } from '../execution/execution-record.js';
import type { Chance, Clock } from '../ports.js';
import { KeptStates } from './kept-states.js';

/** How often an append whose answer was lost is repeated before whoever registers is told that nobody knows. */
const REPEATS_MAX = 8;

/** What an event says; null for one that this version does not know. @throws ZodError it is damaged */
function toRegistryEvent({ type, data }: RecordedEvent): RegistryEvent | null {
  if (type === 'ActionRegistered') return { type, data: ActionRegistered.parse(data) };
  if (type === 'ActionRetired') return { type, data: ActionRetired.parse(data) };
  return null;
}

type OnEvent = (event: RegistryEvent, recorded: RecordedEvent) => void;

/** Reads and writes the streams of contracts. */
export class RegistryLog {
  private readonly kept = new KeptStates();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly closing: Closing,
    private readonly executor: string,
  ) {}

  get logId(): string {
    return this.store.logId;
  }

  /** What stands now. Of a stream that was folded before only what is new is read. @throws StoreUnavailable */
  async load(tenant: TenantName, action: string): Promise<RegistryState> {
    const stream = registryStream(tenant, action);
    const state = await this.fold(stream, this.kept.get(stream));
    this.kept.keep(stream, state);
    return state;
  }

  /** The same from the stream's beginning. @param onEvent is told of each event that is known, in order */
  read(tenant: TenantName, action: string, onEvent: OnEvent): Promise<RegistryState> {
    return this.fold(registryStream(tenant, action), NOTHING_REGISTERED, onEvent);
  }

  /** The stream is not what it was taken for: the next look reads all of it. */
  forget(tenant: TenantName, action: string): void {
    this.kept.forget(registryStream(tenant, action));
  }

  private async fold(
    stream: string,
    before: RegistryState,
    onEvent: OnEvent = () => {},
  ): Promise<RegistryState> {
    let state = before;
    for await (const recorded of this.store.readStream(stream, { fromRevision: before.revision + 1n })) {
      const event = toRegistryEvent(recorded);
      if (event !== null) {
        state = evolveRegistry(state, event);
        onEvent(event, recorded);
      }
      state = { ...state, revision: recorded.revision };
    }
    return state;
  }

  /** @returns its position  @throws StreamConflict, StoreUnavailable, AppendUnknown */
  async append(
    tenant: TenantName,
    { revision }: RegistryState,
    { type, data }: RegistryEvent,
    requester: Requester,
  ): Promise<bigint> {
    const { name, version } = type === 'ActionRegistered' ? data.contract : data;
    const metadata = {
      recordVersion: '1',
      schemaVersion: '1',
      tenant,
      action: name,
      actionVersion: String(version),
      actorType: requester.actorType,
      actorId: requester.actorId,
      credentialId: requester.credentialId,
      channel: requester.channel,
      occurredAt: new Date(data.atMs).toISOString(),
      executor: this.executor,
      ...(requester.gateway ? { gateway: requester.gateway } : {}),
      ...(requester.userAgent ? { userAgent: requester.userAgent } : {}),
      ...(requester.traceparent ? { traceparent: requester.traceparent } : {}),
    };
    const append = {
      stream: registryStream(tenant, name),
      records: [{ id: this.chance.uuid(), type, data, metadata }],
      expected: revision < 0n ? ('no-stream' as const) : revision,
    };
    const { position } = await appendUntilKnown(this.store, append, this.clock, this.closing, REPEATS_MAX);
    return position;
  }
}
