import type { JsonObject, TenantName } from '@action-do/contracts';
import type { Requester } from './execution-record.js';

/** An execute request as the executor takes it, whichever way it came. */
export interface ExecuteCommand {
  readonly tenant: TenantName;
  /** As asked for: not yet known to name anything. */
  readonly action: string;
  readonly version: number | undefined;
  /** As received: what "the same params" is told by. */
  readonly params: JsonObject;
  readonly metadata: Record<string, string> | undefined;
  /** The caller's own key, parsed; undefined = derive one. */
  readonly key: string | undefined;
  readonly requestId: string;
  readonly firstSentAtMs: number | undefined;
  /** How long the caller waits for the outcome; 0 = answer as soon as the request is durable. */
  readonly waitMs: number;
  readonly requester: Requester;
}
