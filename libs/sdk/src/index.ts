export type { ActionApi } from './action-api.js';
export type { ActionsApi } from './actions-api.js';
export type { AuditApi } from './audit-api.js';
export type {
  ActionDocument,
  ActionPolicy,
  ActionRef,
  ActionTarget,
  CatalogueAction,
  CatalogueVersion,
  Effects,
  Handlers,
  IdempotencyPolicy,
  JsonSchema,
  RegisterAnswer,
  RetireAnswer,
  RetryPolicy,
} from './catalogue-wire.js';
export type { ActionCall, WaitOptions } from './check-call.js';
export type { ControlOptions, ResolvedOutcome, ResolveOptions } from './check-control.js';
export type { RetireRequest } from './check-retire.js';
export type { ConnectionOptions } from './connection.js';
export { Do, type DoOptions } from './do.js';
export { DoError } from './do-error.js';
export type { ActionsQuery, AuditQuery, ListQuery, OneOrMore } from './list-query.js';
export type { Controlled, Failure, Outcome, Success } from './outcome.js';
export type { Answered, Run } from './run.js';
export type { ActionLike, Actions } from './typed-actions.js';
export type {
  AuditEvent,
  EffectState,
  ErrorCause,
  ErrorCode,
  Execution,
  ExecutionStatus,
  Issue,
  JsonValue,
  ListedExecution,
  Problem,
} from './wire.js';
