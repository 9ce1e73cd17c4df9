/** How much is done for clients at once; only tests turn them. What happens beyond each: docs/reference/event-log-protocol.md. */
export interface ServerLimits {
  readonly connectionsMax: number;
  /** Reads and subscriptions open, over all clients. */
  readonly readsMax: number;
  /** Appends of one batch call whose write has not settled yet. */
  readonly inFlightMax: number;
  /** From the first message of an append to its last. */
  readonly gatheringMs: number;
  /** So often a connection is pinged; who answers none within the same time is gone, and what it follows with it. */
  readonly keepaliveMs: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  connectionsMax: 256,
  readsMax: 1_024,
  inFlightMax: 4_096,
  gatheringMs: 30_000,
  keepaliveMs: 10_000,
};
