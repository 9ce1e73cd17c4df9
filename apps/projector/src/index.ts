export { LogFollower } from './follow/follow-log.js';
export { RecoveryHints } from './follow/recovery-hints.js';
export { type ProjectorParts, type RunningProjector, startProjector } from './follow/start-projector.js';
export { type Clock, type Log, type OpenWriter, systemClock, type ViewsPlace } from './ports.js';
export type { QueriesParts } from './queries/queries.js';
export { startQueries } from './queries/start-queries.js';
export { fillViews } from './rebuild/fill-views.js';
export { PROJECTOR_VARIABLES } from './service/config.js';
export {
  type ProjectorThreads,
  type ProjectorThreadsOptions,
  startProjectorThreads,
} from './threads/start-projector-threads.js';
export { viewsPlace } from './views-place.js';
