import type { CancelExecution } from './cancel-execution.js';
import type { ResolveExecution } from './resolve-execution.js';
import type { RetryExecution } from './retry-execution.js';
import type { UndoExecution } from './undo-execution.js';

/** What operators can do to executions. */
export interface Control {
  readonly cancel: CancelExecution;
  readonly retry: RetryExecution;
  readonly resolve: ResolveExecution;
  readonly undo: UndoExecution;
}
