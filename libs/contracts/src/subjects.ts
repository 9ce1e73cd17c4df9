import type { ActionName, TenantName } from './names.js';
import type { ExecutionId } from './streams.js';

/** What may be asked about one execution. */
export const EXECUTION_VERBS = ['get', 'events', 'attach'] as const;
export type ExecutionVerb = (typeof EXECUTION_VERBS)[number];

/** What an operator may do to one execution, each with a reason that is recorded. */
export const CONTROL_VERBS = ['cancel', 'retry', 'resolve', 'undo'] as const;
export type ControlVerb = (typeof CONTROL_VERBS)[number];

/** What may be done with the registry of actions; whether performers are there, gateways alone ask. */
export const REGISTRY_VERBS = ['register', 'retire', 'describe', 'presence'] as const;
export type RegistryVerb = (typeof REGISTRY_VERBS)[number];

/** What can be listed: each is answered by a projector. */
export const LISTS = ['execution', 'audit', 'action'] as const;
export type ListName = (typeof LISTS)[number];

/** What may be done with the views: look at them, or build them anew. */
export const VIEWS_VERBS = ['status', 'rebuild'] as const;
export type ViewsVerb = (typeof VIEWS_VERBS)[number];

/** Open to clients, with `Authorization: Bearer <key>`, which whoever answers checks. */
export const clientSubjects = {
  execute: (tenant: TenantName, action: ActionName): string => `do.v1.cmd.${tenant}.action.${action}.execute`,
  execution: (tenant: TenantName, verb: ExecutionVerb | ControlVerb): string =>
    `do.v1.cmd.${tenant}.execution.${verb}`,
  register: (tenant: TenantName): string => `do.v1.cmd.${tenant}.registry.register`,
  retire: (tenant: TenantName): string => `do.v1.cmd.${tenant}.registry.retire`,
  describe: (tenant: TenantName): string => `do.v1.qry.${tenant}.registry.describe`,
  list: (tenant: TenantName, list: ListName): string => `do.v1.qry.${tenant}.${list}.list`,
};

/** From the gateway only (an account of its own in production): carries the verified actor in its headers. */
export const gatewaySubjects = {
  execute: (tenant: TenantName, action: ActionName): string => `do.v1.gw.${tenant}.action.${action}.execute`,
  execution: (tenant: TenantName, verb: ExecutionVerb | ControlVerb): string =>
    `do.v1.gw.${tenant}.execution.${verb}`,
  registry: (tenant: TenantName, verb: RegistryVerb): string => `do.v1.gw.${tenant}.registry.${verb}`,
  list: (tenant: TenantName, list: ListName): string => `do.v1.gw.${tenant}.${list}.list`,
  views: (tenant: TenantName, verb: ViewsVerb): string => `do.v1.gw.${tenant}.views.${verb}`,
};

/** Inside only: never open to a client's account. */
export const systemSubjects = {
  /** Gateway or projector → executor: what is known of a key. */
  accessLookup: 'do.v1.sys.access.lookup',
  /** Executor → all executors: whose log is it that is served on this bus. */
  servedLog: 'do.v1.sys.log.served',
  /** Projector → an executor, a hint: these executions are due; or, to all: dead executors left them. */
  recover: 'do.v1.sys.execution.recover',
  /** Executor → other executors: I wait for this attempt, which a dead one began and a worker goes on with. */
  adopted: 'do.v1.sys.execution.adopted',
  /** Executor → executors and projectors: I am alive; or I am over, and hold nothing any more. */
  beat: 'do.v1.sys.executor.beat',
};

/** Executor ↔ whoever performs an action on the bus: our worker, or any service that answers these. */
export const handlerSubjects = {
  /** Shared by the workers of a version (`WORKER_QUEUE`): performs one attempt. */
  run: (tenant: TenantName, action: string, version: number): string =>
    `do.v1.handler.${tenant}.${action}.v${version}.run`,
  /** Shared likewise: asks the author's probe what became of earlier attempts. */
  probe: (tenant: TenantName, action: string, version: number): string =>
    `do.v1.handler.${tenant}.${action}.v${version}.probe`,
  /** Shared likewise: takes back what a succeeded attempt did. */
  undo: (tenant: TenantName, action: string, version: number): string =>
    `do.v1.handler.${tenant}.${action}.v${version}.undo`,
  /** To all workers of a version: what became of an attempt, or is anybody there. Who does not know keeps silent. */
  ask: (tenant: TenantName, action: string, version: number): string =>
    `do.v1.handler.${tenant}.${action}.v${version}.ask`,
  /** Worker → executors: this attempt goes on, begin its timeout anew. */
  heartbeat: (tenant: TenantName, execution: ExecutionId): string => `do.v1.hb.${tenant}.${execution}`,
  /** Executor → workers: this attempt was given up. */
  abort: (tenant: TenantName, execution: ExecutionId): string => `do.v1.ctl.${tenant}.${execution}.abort`,
  /** What one worker listens on for the aborts of its tenant. */
  abortPattern: (tenant: TenantName): string => `do.v1.ctl.${tenant}.*.abort`,
};

/** The same for all actions of one tenant, or with `*` of all: what a user of the bus is allowed. */
export const handlerPatterns = (tenant: TenantName | '*') => ({
  run: `do.v1.handler.${tenant}.*.*.run`,
  probe: `do.v1.handler.${tenant}.*.*.probe`,
  undo: `do.v1.handler.${tenant}.*.*.undo`,
  ask: `do.v1.handler.${tenant}.*.*.ask`,
  abort: `do.v1.ctl.${tenant}.*.abort`,
});

/** Executor → other executors, best effort. */
export const executorSubjects = {
  /** This execution has an outcome: whoever waits for it may look. */
  settled: (tenant: TenantName, execution: ExecutionId): string => `do.v1.ctl.${tenant}.${execution}.settled`,
  settledPattern: 'do.v1.ctl.*.*.settled',
  /** Somebody asked to cancel this execution: whoever performs its attempt may abort it. */
  cancel: (tenant: TenantName, execution: ExecutionId): string => `do.v1.ctl.${tenant}.${execution}.cancel`,
  cancelPattern: 'do.v1.ctl.*.*.cancel',
  /** A version of this action was registered or retired: what is remembered of it may be old. */
  registered: (tenant: TenantName, action: ActionName): string => `do.v1.ctl.${tenant}.${action}.registered`,
  registeredPattern: 'do.v1.ctl.*.*.registered',
};

/** What an executor listens on, `*` being tenant, then action. The same verbs come from clients and from the gateway. */
export const subjectPatterns = {
  execute: 'do.v1.gw.*.action.*.execute',
  executionGet: 'do.v1.gw.*.execution.get',
  executionEvents: 'do.v1.gw.*.execution.events',
  executionAttach: 'do.v1.gw.*.execution.attach',
  executionCancel: 'do.v1.gw.*.execution.cancel',
  executionRetry: 'do.v1.gw.*.execution.retry',
  executionResolve: 'do.v1.gw.*.execution.resolve',
  executionUndo: 'do.v1.gw.*.execution.undo',
  registryRegister: 'do.v1.gw.*.registry.register',
  registryRetire: 'do.v1.gw.*.registry.retire',
  registryDescribe: 'do.v1.gw.*.registry.describe',
  registryPresence: 'do.v1.gw.*.registry.presence',
  clientExecute: 'do.v1.cmd.*.action.*.execute',
  clientExecutionGet: 'do.v1.cmd.*.execution.get',
  clientExecutionEvents: 'do.v1.cmd.*.execution.events',
  clientExecutionAttach: 'do.v1.cmd.*.execution.attach',
  clientExecutionCancel: 'do.v1.cmd.*.execution.cancel',
  clientExecutionRetry: 'do.v1.cmd.*.execution.retry',
  clientExecutionResolve: 'do.v1.cmd.*.execution.resolve',
  clientExecutionUndo: 'do.v1.cmd.*.execution.undo',
  clientRegister: 'do.v1.cmd.*.registry.register',
  clientRetire: 'do.v1.cmd.*.registry.retire',
  clientDescribe: 'do.v1.qry.*.registry.describe',
  heartbeat: 'do.v1.hb.*.*',
} as const;

/** What a projector listens on. */
export const queryPatterns = {
  executionList: 'do.v1.gw.*.execution.list',
  auditList: 'do.v1.gw.*.audit.list',
  actionList: 'do.v1.gw.*.action.list',
  clientExecutionList: 'do.v1.qry.*.execution.list',
  clientAuditList: 'do.v1.qry.*.audit.list',
  clientActionList: 'do.v1.qry.*.action.list',
  viewsStatus: 'do.v1.gw.*.views.status',
  viewsRebuild: 'do.v1.gw.*.views.rebuild',
} as const;

/** A JetStream stream over any of these would answer in the service's place: the bus adapter refuses to start with one. */
export const REQUEST_PATTERNS = [
  'do.v1.cmd.>',
  'do.v1.gw.>',
  'do.v1.qry.>',
  'do.v1.sys.>',
  'do.v1.handler.>',
  'do.v1.hb.>',
  'do.v1.ctl.>',
] as const;

/** Members of one of these queue groups share the messages. */
export const EXECUTOR_QUEUE = 'executors';
export const PROJECTOR_QUEUE = 'projectors';
export const WORKER_QUEUE = 'workers';
