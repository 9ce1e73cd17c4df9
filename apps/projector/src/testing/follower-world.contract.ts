/** A follower on a log and views in memory, with what it published and told. */
import type { TenantName } from '@action-do/contracts';
import { accessStream } from '@action-do/contracts';
import { InMemoryEventStore, type NewEvent } from '@action-do/event-store';
import { type FollowerParts, LogFollower } from '../follow/follow-log.js';
import { type Clock, systemClock, type ViewsPlace } from '../ports.js';
import { MemoryViews } from './memory-views.contract.js';

export const ACME = 'acme' as TenantName;

export interface Told {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

export function listeningLog() {
  const told: Told[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void told.push({ level, fields: { ...fields }, message });
  return { told, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

/** Views that outlive being closed, as those on a disk do. */
export class LastingViews extends MemoryViews {
  override async close(): Promise<void> {}
}

export function followerWorld(given: Partial<FollowerParts> & { views?: ViewsPlace } = {}) {
  const log = new InMemoryEventStore({ logId: 'k7wq' });
  const views = new LastingViews();
  const published: { subject: string; text: string }[] = [];
  const { told, logger } = listeningLog();
  const bus = {
    publish: (subject: string, payload: Uint8Array) =>
      void published.push({ subject, text: new TextDecoder().decode(payload) }),
  };
  const place: ViewsPlace = { openWriter: async () => views, openReader: async () => views };
  const clock: Clock = systemClock;
  const parts: FollowerParts = { log, views: place, bus, clock, logger, ...given };
  const follower = new LogFollower(parts);
  const stop = new AbortController();
  return {
    log,
    views,
    place,
    published,
    told,
    logger,
    follower,
    run: () => follower.run(stop.signal),
    async stop(running: Promise<void>): Promise<void> {
      stop.abort();
      await running;
    },
  };
}

const OCCURRED_AT = '2026-01-31T12:00:00.000Z';
let made = 0;
export function newEvent(
  type: string,
  data: NewEvent['data'],
  metadata: NewEvent['metadata'] = {},
): NewEvent {
  made += 1;
  return { id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`, type, data, metadata };
}

/** An event of a key, each in a stream of its own, all in the same second. */
export async function appendKey(log: InMemoryEventStore, name: string): Promise<bigint> {
  const { position } = await log.append(
    accessStream(ACME, name),
    [
      newEvent(
        'KeyCreated',
        { keyId: name, digest: 'd', name, atMs: 1 },
        { tenant: ACME, occurredAt: OCCURRED_AT },
      ),
    ],
    'no-stream',
  );
  return position;
}
