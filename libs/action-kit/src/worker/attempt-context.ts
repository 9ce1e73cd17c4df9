import type { ActionContext } from '../action-context.js';
import type { ActionDefinition } from '../action-definition.js';
import type { AttemptCall } from './read-call.js';
import { guardLogger, type WorkerLogger } from './worker-logger.js';

export interface ContextParts {
  readonly signal: AbortSignal;
  readonly logger: WorkerLogger;
  readonly deadlineMs: () => number;
  readonly heartbeat: () => void;
}

/** What the author's code is told of this attempt. */
export function contextOf(
  call: AttemptCall,
  definition: ActionDefinition,
  parts: ContextParts,
): ActionContext {
  const { executionId, idempotencyKey, attempt } = call;
  return {
    executionId,
    idempotencyKey,
    attempt,
    signal: parts.signal,
    get deadlineMs() {
      return parts.deadlineMs();
    },
    logger: guardLogger(parts.logger, { executionId, action: definition.name, attempt }),
    heartbeat: parts.heartbeat,
  };
}
