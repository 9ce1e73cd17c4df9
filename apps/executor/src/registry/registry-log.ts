import { ActionRegistered, registryStream, type TenantName } from '@action-do/contracts';
import { evolveRegistry, NOTHING_REGISTERED, type RegistryState } from '@action-do/domain';
import type { EventStore, RecordedEvent } from '@action-do/event-store';
import { appendUntilKnown } from '../execution/append-until-known.js';
import type { Closing } from '../execution/closing.js';
import type { Requester } from '../execution/execution-record.js';
import type { Chance, Clock } from '../ports.js';

/** How often an append whose answer was lost is repeated before whoever registers is told that nobody knows. */
const REPEATS_MAX = 8;

/** What an event says; null for one that tells of no contract. @throws ZodError it is damaged */
const toRegistered = ({ type, data }: RecordedEvent): ActionRegistered | null =>
  type === 'ActionRegistered' ? ActionRegistered.parse(data) : null;

/** Reads and writes the streams of contracts. */
export class RegistryLog {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly closing: Closing,
    private readonly executor: string,
  ) {}

  async load(tenant: TenantName, action: string): Promise<RegistryState> {
    let state = NOTHING_REGISTERED;
    for await (const recorded of this.store.readStream(registryStream(tenant, action))) {
      const registered = toRegistered(recorded);
      if (registered !== null) state = evolveRegistry(state, registered);
      state = { ...state, revision: recorded.revision };
    }
    return state;
  }

  /** @throws StreamConflict, StoreUnavailable, AppendUnknown */
  async append(
    tenant: TenantName,
    { revision }: RegistryState,
    registered: ActionRegistered,
    requester: Requester,
  ): Promise<void> {
    const { name, version } = registered.contract;
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
      occurredAt: new Date(registered.atMs).toISOString(),
      executor: this.executor,
      ...(requester.traceparent ? { traceparent: requester.traceparent } : {}),
    };
    const record = { id: this.chance.uuid(), type: 'ActionRegistered', data: registered, metadata };
    const append = {
      stream: registryStream(tenant, name),
      records: [record],
      expected: revision < 0n ? ('no-stream' as const) : revision,
    };
    await appendUntilKnown(this.store, append, this.clock, this.closing, REPEATS_MAX);
  }
}
