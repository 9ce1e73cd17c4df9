import type { ActionContext } from './action-context.js';

export interface ServeActionsOptions {
  /** nats://host:port; several servers of one cluster with commas between. Default: `DO_NATS_URL`. */
  readonly natsUrl?: string | undefined;
  /** Needs the scope to register actions. Default: `DO_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** How many calls are performed at once. Default 64. */
  readonly concurrency?: number;
  /** How many more may wait for their turn; what comes beyond is refused, effect none, and tried again. Default 256. */
  readonly queue?: number;
  /** Milliseconds that `drain` gives to calls under way. Default 10,000. */
  readonly drainMs?: number;
  /** Milliseconds until a platform that cannot be reached at the start is given up; 0: one try. Default 30,000. */
  readonly startTimeoutMs?: number;
  /** Of the connection, as the NATS server's monitoring shows it. Default: `worker-<host>-<process id>`. */
  readonly name?: string;
  /** Drain on SIGTERM and SIGINT; a second one ends the process at once. Default true. */
  readonly signals?: boolean;
  /** Told of the worker's own doings, and what `ctx.logger` writes to. Default: lines on stderr, without debug. */
  readonly logger?: ActionContext['logger'];
  /** Accept a NATS server with known holes: for tests alone. Default: `DO_INSECURE_DEV=1`. */
  readonly insecureDev?: boolean | undefined;
  /** Refuse a NATS server that lets this worker do what is not for it. Default: `DO_REQUIRE_NATS_ACL=1`. */
  readonly requireNatsAcl?: boolean | undefined;
}

/** Performs actions for the platform, from `serveActions` until it is drained or closed. */
export interface ActionWorker {
  /** Calls that are being performed now; those that wait for their turn are not counted. */
  readonly running: number;
  /**
   * Takes no more calls, gives those under way `drainMs`, aborts the signals of the rest, answers everything, and
   * disconnects. Never rejects.
   */
  drain(): Promise<void>;
  /** As `drain`, but waits for no call. */
  close(): Promise<void>;
  /** Resolves when it is over, whoever ended it. */
  readonly closed: Promise<void>;
}
