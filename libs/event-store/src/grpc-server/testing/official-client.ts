/** The official client, as anybody uses it, on a served log. */
import { randomUUID } from 'node:crypto';
import {
  type AppendToStreamOptions,
  binaryEvent,
  EventStoreDBClient,
  type JSONEventData,
  jsonEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';

export const connectTo = (port: number): EventStoreDBClient =>
  EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);

/** With credentials the client takes the other way to append: a call each, instead of one long batch call. */
export const waysToAppend: readonly [name: string, options: Partial<AppendToStreamOptions>][] = [
  ['in a batch call', {}],
  ['in a call of its own', { credentials: { username: 'anybody', password: 'anything' } }],
];

export const event = (id: string = randomUUID(), data: Record<string, unknown> = {}): JSONEventData =>
  jsonEvent({ id, type: 'Noted', data });

export const events = (count: number): JSONEventData[] => Array.from({ length: count }, () => event());

export const bytesOf = (length: number) => binaryEvent({ type: 'Stored', data: Buffer.alloc(length, 1) });

export const someStream = (): string => `generic-${randomUUID()}`;

export async function readAllOf(items: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
  const all: ResolvedEvent[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const revisionsOf = (items: readonly ResolvedEvent[]): (bigint | undefined)[] =>
  items.map(({ event: read }) => read?.revision);
