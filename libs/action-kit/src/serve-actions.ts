import type { ActionDefinition } from './action-definition.js';
import type { ActionWorker, ServeActionsOptions } from './action-worker.js';

/**
 * Performs actions in this process: registers them with the platform, then takes their attempts from the bus until it
 * is drained.
 * @throws WorkerError it cannot begin: with what to do
 */
export async function serveActions(
  definitions: readonly ActionDefinition[],
  options: ServeActionsOptions = {},
): Promise<ActionWorker> {
  // Here and not above: whoever only defines actions loads no bus.
  const { startWorker } = await import('./worker/start-worker.js');
  return startWorker(definitions, options);
}
