import type { Stopper } from '@action-do/messaging';
import type { ActionContext } from '../action-context.js';
import type { ActionDefinition } from '../action-definition.js';
import type { AttemptCall } from './read-call.js';
import { guardLogger, type WorkerLogger } from './worker-logger.js';

export interface ContextParts {
  readonly stopper: Stopper;
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
  // Most attempts say nothing.
  let logger: WorkerLogger | undefined;
  return {
    executionId,
    idempotencyKey,
    attempt,
    get signal() {
      return parts.stopper.signal;
    },
    get deadlineMs() {
      return parts.deadlineMs();
    },
    get logger() {
      logger ??= guardLogger(parts.logger, { executionId, action: definition.name, attempt });
      return logger;
    },
    heartbeat: parts.heartbeat,
  };
}
