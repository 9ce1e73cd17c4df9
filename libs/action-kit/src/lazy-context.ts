import type { ActionContext } from './action-context.js';

type Logger = ActionContext['logger'];

/** What a context is asked for, and mostly is not: most attempts say nothing and listen to nothing. */
export interface ContextSource {
  /** Its signal is made when it is looked at. */
  readonly stopper: { readonly signal: AbortSignal };
  readonly deadlineMs: () => number;
  /** Called once at most. */
  readonly logger: () => Logger;
}

type Said = Pick<ActionContext, 'executionId' | 'idempotencyKey' | 'attempt' | 'heartbeat'>;

const SOURCE = Symbol('source');
const LOGGER = Symbol('logger');

/**
 * The context of one attempt. Signal, deadline and logger are its own, so that a copy (`{ ...ctx }`) has them as well, by
 * accessors that all contexts share: an object literal with getters has a hidden class of its own each time, which V8 keeps
 * until the next full collection with all that the getters hold. It cost more than the rest of an attempt.
 */
export class LazyContext implements ActionContext {
  readonly executionId: string;
  readonly idempotencyKey: string;
  readonly attempt: number;
  declare readonly signal: AbortSignal;
  declare readonly deadlineMs: number;
  declare readonly logger: Logger;
  readonly heartbeat: () => void;
  readonly [SOURCE]: ContextSource;
  [LOGGER]: Logger | undefined;

  constructor({ executionId, idempotencyKey, attempt, heartbeat }: Said, source: ContextSource) {
    this.executionId = executionId;
    this.idempotencyKey = idempotencyKey;
    this.attempt = attempt;
    this.heartbeat = heartbeat;
    this[SOURCE] = source;
    this[LOGGER] = undefined;
    Object.defineProperties(this, ACCESSORS);
  }
}

const accessor = (get: (this: LazyContext) => unknown): PropertyDescriptor => ({ enumerable: true, get });

const ACCESSORS = {
  signal: accessor(function () {
    return this[SOURCE].stopper.signal;
  }),
  deadlineMs: accessor(function () {
    return this[SOURCE].deadlineMs();
  }),
  logger: accessor(function () {
    this[LOGGER] ??= this[SOURCE].logger();
    return this[LOGGER];
  }),
};
