import type { JsonObject } from '@action-do/contracts';
import type { GatewayClient } from './gateway-client.js';
import { objectsAt, valueAt } from './json-reading.js';

/** All events of one execution, in order. @throws CliFailure */
export async function readEvents(gateway: GatewayClient, executionPath: string): Promise<JsonObject[]> {
  const events: JsonObject[] = [];
  for (let cursor: string | undefined; ; ) {
    const body = await gateway.get(
      `${executionPath}/events`,
      cursor === undefined ? [] : [['cursor', cursor]],
    );
    const items = objectsAt(body, 'items');
    events.push(...items);
    const next = valueAt(body, 'nextCursor');
    // A page that brings nothing cannot be the way to more.
    if (typeof next !== 'string' || items.length === 0) return events;
    cursor = next;
  }
}
