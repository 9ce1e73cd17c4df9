import type { TenantName } from '@action-do/contracts';
import type { Requester } from '../execution/execution-record.js';

/** What an operator wants done to one execution, as read from a message. */
export interface ControlCommand {
  readonly tenant: TenantName;
  readonly id: string;
  readonly reason: string;
  /** Of this call, kept over its repeats. */
  readonly requestId: string;
  readonly waitMs: number;
  readonly requester: Requester;
}
