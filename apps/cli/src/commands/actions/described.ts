import type { JsonObject } from '@action-do/contracts';
import type { GatewayClient } from '../../gateway/gateway-client.js';
import { objectAt, objectsAt, textAt } from '../../gateway/json-reading.js';
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
  return { action, versions: objectsAt(action, 'versions') };
}

export const versionOf = (versions: readonly JsonObject[], version: number): JsonObject | undefined =>
  versions.find((row) => textAt(row, 'version') === String(version));

/** The one that a call without a version means; undefined where all are retired. */
export const newestOf = (action: JsonObject, versions: readonly JsonObject[]): JsonObject | undefined =>
  versions.find((row) => textAt(row, 'version') === textAt(action, 'newest'));
