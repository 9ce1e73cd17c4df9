import type { ActionContext } from '../action-context.js';
import type { ActionDefinition } from '../action-definition.js';
import { type ContextSource, LazyContext } from '../lazy-context.js';
import type { AttemptCall } from './read-call.js';
import { guardLogger, type WorkerLogger } from './worker-logger.js';

export interface ContextParts {
  readonly stopper: ContextSource['stopper'];
  readonly logger: WorkerLogger;
  readonly deadlineMs: () => number;
  readonly heartbeat: () => void;
}

/** What the author's code is told of this attempt. */
export function contextOf(
  call: AttemptCall,
  definition: ActionDefinition,
  { stopper, logger, deadlineMs, heartbeat }: ContextParts,
): ActionContext {
  const { executionId, idempotencyKey, attempt } = call;
  return new LazyContext(
    { executionId, idempotencyKey, attempt, heartbeat },
    {
      stopper,
      deadlineMs,
      logger: () => guardLogger(logger, { executionId, action: definition.name, attempt }),
    },
  );
}
