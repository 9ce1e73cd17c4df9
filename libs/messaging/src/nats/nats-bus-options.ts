import type { Bus } from '../bus.js';
import type { OnHandlerError } from '../handler-runs.js';
import type { BusLimits } from '../limits.js';

export type NatsBusStatus = 'disconnected' | 'reconnected' | 'closed';

export interface NatsBusOptions extends Partial<Pick<BusLimits, 'pendingMax' | 'pendingBytesMax'>> {
  /** nats://[user:password@|token@]host[:port], or tls://; several servers of one cluster with commas between. */
  readonly url: string;
  /** Of the connection, as the server's monitoring shows it. */
  readonly name: string;
  /** Takes a server with known holes too: for tests and a machine of one's own. */
  readonly insecureDev?: boolean;
  /** Subjects of requests, with wildcards: no JetStream stream may cover them. */
  readonly requestPatterns?: readonly string[];
  /**
   * What the subjects of answers begin with: `_INBOX`, or `_INBOX.<role>` where the server keeps the roles' inboxes apart.
   * Default `_INBOX`.
   */
  readonly inbox?: string;
  /** Milliseconds until a server that does not greet is given up. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds between pings; a server that leaves two unanswered is dead. Default 5,000. */
  readonly pingIntervalMs?: number;
  /** Told of handlers that failed, of messages that were dropped, and of what is wrong with the server. Default: a process warning. */
  readonly onHandlerError?: OnHandlerError;
  readonly onStatus?: (status: NatsBusStatus, detail: string) => void;
}

export interface NatsBus extends Bus {
  /** False between `disconnected` and `reconnected`, and after the end. */
  readonly isConnected: boolean;
}
