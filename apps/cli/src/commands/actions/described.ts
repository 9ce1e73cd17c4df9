import type { JsonObject } from '@action-do/contracts';
import type { GatewayClient } from '../../gateway/gateway-client.js';
import { objectAt, objectsAt, textAt } from '../../gateway/json-reading.js';
import { readPages } from '../../gateway/read-pages.js';
import { actionPath } from './action-path.js';

export interface Described {
  /** As the platform told it. */
  readonly action: JsonObject;
  /** Newest first. */
  readonly versions: readonly JsonObject[];
}

/** One action with all its versions. @throws CliFailure there is none, or no answer */
export async function describeAction(gateway: GatewayClient, name: string): Promise<Described> {
  const action = objectAt(await gateway.get(actionPath(name)), 'action');
  const versions = objectsAt(action, 'versions');
  if (action['incomplete'] !== true) return { action, versions };
  // All at once were more than one answer holds. What the list, which may be behind, says of the others is true for long.
  const all = new Map(versions.map((row) => [textAt(row, 'version'), row]));
  const asked = { filters: [['action', name]], rowsMax: Number.POSITIVE_INFINITY } as const;
  for await (const { items } of readPages(gateway, '/v1/actions', asked))
    for (const row of items) if (!all.has(textAt(row, 'version'))) all.set(textAt(row, 'version'), row);
  const newestFirst = [...all.values()].sort((a, b) => Number(b['version']) - Number(a['version']));
  return { action, versions: newestFirst };
}

export const versionOf = (versions: readonly JsonObject[], version: number): JsonObject | undefined =>
  versions.find((row) => textAt(row, 'version') === String(version));

/** The one that a call without a version means; undefined where all are retired. */
export const newestOf = (action: JsonObject, versions: readonly JsonObject[]): JsonObject | undefined =>
  versions.find((row) => textAt(row, 'version') === textAt(action, 'newest'));
