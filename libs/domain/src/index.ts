export * from './execution/execution-fold.js';
export * from './execution/execution-state.js';
export { asCause } from './execution/outcome-events.js';
export * from './execution/request.decider.js';
export * from './execution/settle.decider.js';
export * from './execution/start.decider.js';
export * from './execution/takeover.decider.js';
export * from './idempotency/execution-scope.js';
export * from './retry/backoff.js';
