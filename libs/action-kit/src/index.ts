export type { ActionContext } from './action-context.js';
export {
  type ActionCode,
  type ActionDefinition,
  type ActionParams,
  type ActionResult,
  isActionDefinition,
  type ProbeAnswer,
} from './action-definition.js';
export { ActionDefinitionError } from './action-definition-error.js';
export { ActionError, type ActionErrorOptions, type EffectState, isActionError } from './action-error.js';
export type { ActionWorker, ServeActionsOptions } from './action-worker.js';
export { type ActionOptions, defineAction } from './define-action.js';
export type { JsonObject, JsonValue } from './json.js';
export { type ContextSource, LazyContext } from './lazy-context.js';
export type { Issue, Parsed } from './parse-values.js';
export { performAction, performProbe, RESULT_BYTES_MAX } from './perform/perform-action.js';
export { performUndo } from './perform/perform-undo.js';
export type { Performed, PerformFailure } from './perform/performed.js';
export { isTooDeep } from './perform/result-depth.js';
export { marksSensitive, withoutSensitive } from './perform/without-sensitive.js';
export type { ActionPolicy, Effects, IdempotencyPolicy, PolicyOptions, RetryPolicy } from './policy.js';
export { type PolicyGiven, resolvePolicy } from './resolve-policy.js';
export { serveActions } from './serve-actions.js';
export { WorkerError, type WorkerErrorCode } from './worker-error.js';
