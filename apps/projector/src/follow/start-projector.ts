import type { EventLogReader } from '@action-do/event-store';
import type { Bus } from '@action-do/messaging';
import type { Peers } from '@action-do/service-kit';
import type { Clock, Log, ViewsPlace } from '../ports.js';
import { Rebuilds } from '../rebuild/rebuilds.js';
import { LogFollower } from './follow-log.js';
import { serveViewsCommands } from './views-commands.js';

export interface ProjectorParts {
  readonly log: EventLogReader;
  readonly views: ViewsPlace;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Log;
  /** Which executors are alive, where they are other processes. */
  readonly peers?: Pick<Peers, 'living'>;
  /** Others may write the same views: then commands are answered by the one that does. Default no. */
  readonly standsBy?: boolean;
}

export interface RunningProjector {
  readonly follower: LogFollower;
  /** Resolves after `close`; rejects where a newer version made the views. */
  readonly ended: Promise<void>;
  /** Resolves when the batch under way is written and the views are closed. */
  close(): Promise<void>;
}

/** The writing half of a projector: follows the log, hints at executions that are due, answers for the views. */
export function startProjector(parts: ProjectorParts): RunningProjector {
  const stop = new AbortController();
  let commands: { unsubscribe(): void } | null = null;
  const serve = (): void => {
    commands ??= serveViewsCommands({ ...parts, follower, rebuilds });
  };
  const rest = (): void => {
    commands?.unsubscribe();
    commands = null;
  };
  const onDuty = (isOnDuty: boolean): void => (isOnDuty ? serve() : rest());
  const follower = new LogFollower({ ...parts, ...(parts.standsBy ? { onDuty } : {}) });
  const rebuilds = new Rebuilds({ ...parts, follower });
  if (!parts.standsBy) serve();
  const ended = follower.run(stop.signal).finally(rest);
  return {
    follower,
    ended,
    close: async () => {
      stop.abort();
      await ended.catch(() => undefined);
    },
  };
}
