import type { ActionName, TenantName } from './names.js';

/** What may be asked about one execution; grows with control (cancel, retry, resolve, undo). */
export const EXECUTION_VERBS = ['get', 'events', 'attach'] as const;
export type ExecutionVerb = (typeof EXECUTION_VERBS)[number];

/** From the gateway only (an account of its own in production): carries the verified actor in its headers. */
export const gatewaySubjects = {
  execute: (tenant: TenantName, action: ActionName): string => `do.v1.gw.${tenant}.action.${action}.execute`,
  execution: (tenant: TenantName, verb: ExecutionVerb): string => `do.v1.gw.${tenant}.execution.${verb}`,
};

/** Inside only: never open to a client's account. */
export const systemSubjects = {
  accessLookup: 'do.v1.sys.access.lookup',
};

/** What an executor listens on. */
export const subjectPatterns = {
  execute: 'do.v1.gw.*.action.*.execute',
  executionGet: 'do.v1.gw.*.execution.get',
  executionEvents: 'do.v1.gw.*.execution.events',
  executionAttach: 'do.v1.gw.*.execution.attach',
} as const;

/** Members of this queue group share the commands. */
export const EXECUTOR_QUEUE = 'executors';
