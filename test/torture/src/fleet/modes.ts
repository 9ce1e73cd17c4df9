import type { TortureMode } from '../torture-mode.js';
import type { FleetModeName } from './fault-plan.js';
import { fleetMode } from './fleet-mode.js';

export const fleetModes: Readonly<Record<FleetModeName, TortureMode>> = {
  kill: fleetMode(
    'kill',
    'services: kill -9 of one executor after the other; every tenth time everything dies at once',
    'kills of an executor',
  ),
  everything: fleetMode(
    'everything',
    'services: kill -9 of gateways, executors, projectors and event log, all at once',
    'kills',
  ),
  pause: fleetMode(
    'pause',
    'services: SIGSTOP of an executor or a worker for longer than the lease, then SIGCONT',
    'pauses',
  ),
  bus: fleetMode('bus', 'services: kill -9 of nats-server, and another one at its address', 'restarts'),
  store: fleetMode('store', 'services: kill -9 of the event log, and another one on its folder', 'restarts'),
  term: fleetMode('term', 'services: SIGTERM of one after the other under load; no request fails', 'stops'),
  all: fleetMode('all', 'services: all of these, by chance', 'faults'),
};

/** A round of everything on a machine that does other work. */
export const allAmongOthers = fleetMode('all', fleetModes.all.about, fleetModes.all.unit, true);
