import type { EventStore } from '@action-do/event-store';
import type { ActionDefinition } from '@do-sdk/actions';
import { ApiKeys } from './access/api-keys.js';
import { Admissions } from './execution/admission.js';
import { OutcomeAwaiter } from './execution/await-outcome.js';
import { ExecuteAction } from './execution/execute-action.handler.js';
import { ExecutionDriver } from './execution/execution-driver.js';
import { ExecutionLog } from './execution/execution-log.js';
import { FindExecution } from './execution/find-execution.handler.js';
import { RecoverExecutions } from './execution/recover-executions.js';
import { AttemptSettler } from './execution/settle-attempt.js';
import { SettledWaiters } from './execution/settled-waiters.js';
import { Slots } from './execution/slots.js';
import type { Chance, Clock, Log } from './ports.js';
import { ActionRegistry } from './registry/action-registry.js';
import type { MasterKey } from './tenant/master-key.js';
import { TenantKeys } from './tenant/tenant-keys.js';

/** What an executor is made of. Everything that a simulation replaces comes in here. */
export interface ExecutorParts {
  readonly store: EventStore;
  readonly masterKey: MasterKey;
  readonly actions: readonly ActionDefinition[];
  readonly clock: Clock;
  readonly chance: Chance;
  readonly logger: Log;
  /** Names this run of this executor in the record; never used again by another. */
  readonly name: string;
  /** Attempts that run at once. */
  readonly slots: number;
  /** Executions that may wait besides (for a slot, or in backoff). */
  readonly queue: number;
}

/** One executor, put together by hand: the doing without Nest and without the bus. */
export class Executor {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly logger: Log;
  readonly log: ExecutionLog;
  readonly registry = new ActionRegistry();
  readonly admissions: Admissions;
  readonly tenants: TenantKeys;
  readonly apiKeys: ApiKeys;
  readonly executeAction: ExecuteAction;
  readonly findExecution: FindExecution;
  readonly recoverExecutions: RecoverExecutions;

  constructor(parts: ExecutorParts) {
    const { store, clock, chance, logger } = parts;
    this.clock = clock;
    this.chance = chance;
    this.logger = logger;
    for (const definition of parts.actions) {
      this.registry.register(definition);
      for (const warning of definition.warnings) logger.warn({ action: definition.name }, warning);
    }
    this.log = new ExecutionLog(store, clock, chance, parts.name);
    this.admissions = new Admissions(parts.slots + parts.queue);
    this.tenants = new TenantKeys(store, parts.masterKey, clock, chance);
    this.apiKeys = new ApiKeys(store, clock, chance);

    const waiters = new SettledWaiters();
    const slots = new Slots(parts.slots);
    const awaiter = new OutcomeAwaiter(this.log, waiters, clock);
    const settler = new AttemptSettler(this.log, clock, chance, logger);
    const driver = new ExecutionDriver(this.log, settler, this.registry, slots, waiters, clock, logger);
    this.executeAction = new ExecuteAction(
      this.registry,
      this.tenants,
      this.log,
      driver,
      awaiter,
      this.admissions,
      slots,
      clock,
    );
    this.findExecution = new FindExecution(this.log, awaiter);
    this.recoverExecutions = new RecoverExecutions(
      this.log,
      settler,
      driver,
      this.registry,
      this.admissions,
      slots,
      waiters,
      clock,
      chance,
      logger,
    );
  }
}
