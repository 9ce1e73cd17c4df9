import { ActionRegistered, ActionRetired, registryStream, type TenantName } from '@action-do/contracts';
import { NOTHING_REGISTERED, type RegistryEvent, type RegistryState, standingAfter } from '@action-do/domain';
import type { EventStore, RecordedEvent } from '@action-do/event-store';
import { appendUntilKnown } from '../execution/append-until-known.js';
import type { Closing } from '../execution/closing.js';
import type { Requester } from '../execution/execution-record.js';
import type { Chance, Clock } from '../ports.js';
import { type Folded, KeptStates } from './kept-states.js';

/** How often an append whose answer was lost is repeated before whoever registers is told that nobody knows. */
const REPEATS_MAX = 8;

/** What an event says; null for one that this version does not know. @throws ZodError it is damaged */
function toRegistryEvent({ type, data }: RecordedEvent): RegistryEvent | null {
  if (type === 'ActionRegistered') return { type, data: ActionRegistered.parse(data) };
  if (type === 'ActionRetired') return { type, data: ActionRetired.parse(data) };
  return null;
}

const NOTHING: Folded = { state: NOTHING_REGISTERED, lastEventId: null };

/** What was kept of a stream is not of this one. */
class OtherStream extends Error {}

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
    const kept = this.kept.get(stream);
    const folded = (kept && (await this.goOn(stream, kept))) ?? (await this.fold(stream, NOTHING));
    this.kept.keep(tenant, stream, folded);
    return folded.state;
  }

  /** The same from the stream's beginning. @param onEvent is told of each event that is known, in order */
  async read(tenant: TenantName, action: string, onEvent: OnEvent): Promise<RegistryState> {
    const { state } = await this.fold(registryStream(tenant, action), NOTHING, onEvent);
    return state;
  }

  /** Null where the event up to which it was folded is not there any more: the log was put back, or the stream cut. */
  private async goOn(stream: string, kept: Folded): Promise<Folded | null> {
    try {
      return await this.fold(stream, kept);
    } catch (error) {
      if (!(error instanceof OtherStream)) throw error;
      this.kept.forget(stream);
      return null;
    }
  }

  /** @throws OtherStream it does not hold, at that revision, the event that was folded last */
  private async fold(stream: string, from: Folded, onEvent: OnEvent = () => {}): Promise<Folded> {
    const events: RegistryEvent[] = [];
    let { lastEventId } = from;
    let { revision } = from.state;
    let isSeen = lastEventId === null;
    // From the event that was folded last on, to see that it is the same.
    const fromRevision = isSeen ? 0n : revision;
    for await (const recorded of this.store.readStream(stream, { fromRevision })) {
      if (!isSeen) {
        if (recorded.id !== lastEventId) throw new OtherStream(stream);
        isSeen = true;
        continue;
      }
      const event = toRegistryEvent(recorded);
      if (event !== null) {
        events.push(event);
        onEvent(event, recorded);
      }
      ({ revision, id: lastEventId } = recorded);
    }
    if (!isSeen) throw new OtherStream(stream);
    if (revision === from.state.revision) return from;
    const versions = events.length === 0 ? from.state.versions : standingAfter(from.state, events);
    return { state: { revision, versions }, lastEventId };
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
