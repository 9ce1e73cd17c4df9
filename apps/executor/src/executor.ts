import type { TenantName } from '@action-do/contracts';
import type { EventStore } from '@action-do/event-store';
import type { Bus } from '@action-do/messaging';
import { KeyVerifier } from '@action-do/service-kit';
import type { ActionDefinition } from '@do-sdk/actions';
import { ApiKeys } from './access/api-keys.js';
import { NewsAmongExecutors } from './bus/news-among-executors.js';
import { CancelExecution } from './control/cancel-execution.js';
import { CANCEL, type CancelNews } from './control/cancel-news.js';
import type { Control } from './control/control.js';
import { ControlLog } from './control/control-log.js';
import { RecoverUndos } from './control/recover-undos.js';
import { ResolveExecution } from './control/resolve-execution.js';
import { RetryExecution } from './control/retry-execution.js';
import { UndoDriver } from './control/undo-driver.js';
import { UndoExecution } from './control/undo-execution.js';
import { Admissions } from './execution/admission.js';
import { OutcomeAwaiter } from './execution/await-outcome.js';
import { PerformerAwaiter } from './execution/await-performer.js';
import { CallFence } from './execution/call-fence.js';
import { Closing } from './execution/closing.js';
import { ExecuteAction } from './execution/execute-action.handler.js';
import { ExecutionDriver } from './execution/execution-driver.js';
import { ExecutionLog } from './execution/execution-log.js';
import { FindExecution } from './execution/find-execution.handler.js';
import { RecoverExecutions } from './execution/recover-executions.js';
import { AttemptSettler } from './execution/settle-attempt.js';
import { SettledNews } from './execution/settled-news.js';
import { SettledWaiters } from './execution/settled-waiters.js';
import { Slots } from './execution/slots.js';
import { AllowList } from './http/allow-list.js';
import { type Network, OverHttp } from './http/over-http.js';
import type { Beater } from './lease/beater.js';
import { BEATS_A_LEASE } from './lease/beats.js';
import { Lease } from './lease/lease.js';
import { LostAttempts } from './lease/lost-attempts.js';
import { type Chance, type Log, pause, type SteadyClock } from './ports.js';
import { ActionRegistry } from './registry/action-registry.js';
import { DescribeAction } from './registry/describe-action.js';
import { FindHandlers } from './registry/find-handlers.js';
import { ActionLookup } from './registry/look-up-action.js';
import { OwnActions } from './registry/own-actions.js';
import { RegisterAction } from './registry/register-action.js';
import { RegistryLog } from './registry/registry-log.js';
import { REGISTRATION, type RegistryNews } from './registry/registry-news.js';
import { RetireAction } from './registry/retire-action.js';
import { Heartbeats } from './remote/heartbeats.js';
import { LateAnswers } from './remote/late-answers.js';
import { RemotePerformer } from './remote/remote-performer.js';
import type { MasterKey } from './tenant/master-key.js';
import { TenantKeys } from './tenant/tenant-keys.js';

/** What an executor is made of. Everything that a simulation replaces comes in here. */
export interface ExecutorParts {
  readonly store: EventStore;
  /** Where the workers are. Stays the caller's: the executor never closes it. */
  readonly bus: Bus;
  readonly masterKey: MasterKey;
  readonly actions: readonly ActionDefinition[];
  readonly clock: SteadyClock;
  readonly chance: Chance;
  readonly logger: Log;
  /** Names this run of this executor in the record; never used again by another. */
  readonly name: string;
  /** Attempts that run at once. */
  readonly slots: number;
  /** Executions that may wait besides (for a slot, or in backoff). */
  readonly queue: number;
  /**
   * How long others take this executor for alive after its last beat, and how often workers are asked about an attempt
   * that they perform, milliseconds. Default 2,000.
   */
  readonly leaseMs?: number;
  /**
   * Other executors may be alive on the same log: this one beats, takes over only from those whose beats have ended, and
   * tells them of outcomes. Default no.
   */
  readonly sharesLog?: boolean;
  /** Where HTTP services may be that perform actions. Default nowhere: then none is called from here. */
  readonly httpAllow?: AllowList;
  /** Default: as the system resolves and connects. */
  readonly network?: Network;
  /** Where it shares the log: beats while this process's event loop stands still. Default: then nobody does. */
  readonly beater?: Beater;
}

const LEASE_MS = 2_000;
/** Ids in the line that tells of what was left. */
const LEFT_SHOWN_MAX = 20;

/** One executor, put together by hand: the doing without Nest and without the bus. */
export class Executor {
  readonly clock: SteadyClock;
  readonly chance: Chance;
  readonly logger: Log;
  readonly log: ExecutionLog;
  readonly registry: ActionRegistry;
  readonly registerAction: RegisterAction;
  /** Definitions that may be replaced while this executor runs, besides those that it was made with. */
  readonly ownActions: OwnActions;
  readonly findHandlers: FindHandlers;
  readonly retireAction: RetireAction;
  readonly describeAction: DescribeAction;
  readonly admissions: Admissions;
  readonly tenants: TenantKeys;
  readonly apiKeys: ApiKeys;
  readonly callers: KeyVerifier;
  readonly executeAction: ExecuteAction;
  readonly findExecution: FindExecution;
  readonly control: Control;
  readonly recoverExecutions: RecoverExecutions;
  /** Null where nobody else is on the log. */
  private readonly lease: Lease | null;
  private readonly closing = new Closing();
  private readonly slots: Slots;
  private readonly waiters: SettledWaiters;
  private readonly driver: ExecutionDriver;
  private readonly heartbeats: Heartbeats;
  private readonly overHttp: OverHttp | null;
  private readonly registryNews: RegistryNews | null;
  private readonly cancelNews: CancelNews | null;
  private readonly undos: UndoDriver;
  private readonly lookup: ActionLookup;
  private readonly stopListening: (() => void)[] = [];

  constructor(parts: ExecutorParts) {
    const { store, clock, chance, logger } = parts;
    this.clock = clock;
    this.chance = chance;
    this.logger = logger;
    const { bus, leaseMs = LEASE_MS, sharesLog = false, beater = null } = parts;
    this.heartbeats = new Heartbeats(bus);
    const means = { bus, clock, logger, heartbeats: this.heartbeats, late: new LateAnswers(), leaseMs };
    const { httpAllow: allow = AllowList.NOTHING, network, masterKey } = parts;
    this.overHttp = allow.isEmpty ? null : new OverHttp({ allow, network, masterKey, clock, logger });
    this.registry = new ActionRegistry(
      (tenant, registered) => new RemotePerformer(means, tenant, registered),
      this.overHttp?.perform,
    );
    for (const definition of parts.actions) {
      this.registry.register(definition);
      for (const warning of definition.warnings) logger.warn({ action: definition.name }, warning);
    }
    const news = sharesLog ? new SettledNews(bus, logger) : null;
    this.waiters = new SettledWaiters((loaded) => news?.tell(loaded));
    const { closing, registry, waiters } = this;
    this.log = new ExecutionLog(store, clock, chance, closing, parts.name);
    this.admissions = new Admissions(parts.slots + parts.queue, Math.ceil(parts.queue / 2));
    this.slots = new Slots(parts.slots);
    this.tenants = new TenantKeys(store, parts.masterKey, clock, chance);
    this.apiKeys = new ApiKeys(store, clock, chance);
    this.callers = new KeyVerifier(
      (keyId) => this.apiKeys.find(keyId),
      () => clock.nowMs(),
    );
    const registryLog = new RegistryLog(store, clock, chance, closing, parts.name);
    this.registryNews = sharesLog ? new NewsAmongExecutors(REGISTRATION, bus, logger) : null;
    this.registerAction = new RegisterAction({
      registry,
      log: registryLog,
      clock,
      masterKey: parts.masterKey,
      checkTarget: this.overHttp?.checkTarget ?? null,
      news: this.registryNews,
    });
    this.retireAction = new RetireAction(registry, registryLog, clock, this.registryNews);
    this.ownActions = new OwnActions(registry, this.registerAction, this.slots, logger);
    const lookup = new ActionLookup(registry, registryLog, clock, sharesLog);
    this.lookup = lookup;
    this.findHandlers = new FindHandlers(registry, lookup, clock, sharesLog);
    this.describeAction = new DescribeAction(registry, registryLog, this.findHandlers);

    const awaiter = new OutcomeAwaiter(this.log, waiters, clock, closing, news);
    const settler = new AttemptSettler(this.log, lookup, clock, chance, logger, closing);
    const performers = new PerformerAwaiter(lookup, clock, closing);
    const { log, admissions, slots, tenants } = this;
    // What those below have in common.
    const own = {
      log,
      admissions,
      slots,
      waiters,
      settler,
      lookup,
      performers,
      clock,
      chance,
      logger,
      closing,
    };
    const staleMs = sharesLog ? leaseMs / BEATS_A_LEASE : Number.POSITIVE_INFINITY;
    const fence = new CallFence(settler, clock, staleMs);
    const driver = new ExecutionDriver({ ...own, registry, fence });
    const undos = new UndoDriver({ ...own, fence });
    this.driver = driver;
    this.undos = undos;
    const { name } = parts;
    const lost = new LostAttempts(log, closing, logger, () => [...driver.underWay(), ...undos.underWay()]);
    this.lease = sharesLog
      ? new Lease(
          {
            bus,
            clock,
            logger,
            name,
            leaseMs,
            beater,
            recover: (stream) => this.recoverExecutions.recoverHinted([stream]),
          },
          () => void lost.abort(),
        )
      : null;
    this.executeAction = new ExecuteAction({ ...own, registry, tenants, driver, awaiter, sharesLog });
    this.findExecution = new FindExecution(log, awaiter);
    this.cancelNews = sharesLog ? new NewsAmongExecutors(CANCEL, bus, logger) : null;
    const control = new ControlLog(log, clock, closing);
    const { cancelNews, lease: others } = this;
    this.control = {
      cancel: new CancelExecution(control, driver, awaiter, waiters, cancelNews, logger),
      retry: new RetryExecution({ ...own, control, driver, awaiter, leaseMs }),
      resolve: new ResolveExecution(control, lookup, waiters, leaseMs, logger),
      undo: new UndoExecution(control, lookup, undos, awaiter, admissions),
    };
    const recoverUndos = new RecoverUndos({ ...own, executor: name, driver: undos, others });
    this.recoverExecutions = new RecoverExecutions({ ...own, driver, others, undos: recoverUndos });
  }

  /**
   * Begins to beat, and listens for the heartbeats of workers and for registrations and cancels elsewhere: before anything is recovered, and
   * before commands are taken.
   */
  async start(): Promise<void> {
    this.lease?.start();
    this.heartbeats.start();
    const heard = this.registryNews?.listen((tenant, action) => this.lookup.forget(tenant, action));
    if (heard) this.stopListening.push(heard);
    const cancels = this.cancelNews?.listen((_, execution) => this.driver.cancel(execution));
    if (cancels) this.stopListening.push(cancels);
  }

  /**
   * Records the contracts of the definitions that this executor was made with.
   * @throws DefinitionsRefused, OwnContractsRefused one cannot be used, or breaks what stands: then none is recorded
   */
  registerOwn(tenant: TenantName): Promise<void> {
    return this.ownActions.record(this.registry.definitions, tenant);
  }

  /**
   * Comes to a stop: from now on new requests are refused, whoever waits is answered as things stand, and no attempt
   * is begun. Attempts under way get `drainMs` to end and to be recorded. What is open then stays so in the log, and
   * the next start goes on with it; the store may be closed. Where others share the log they are told that this one is
   * over, and take over at once.
   * @returns ids of executions that were left in an attempt, or in one to undo them
   */
  async stop(drainMs: number): Promise<readonly string[]> {
    this.closing.draining = true;
    this.waiters.notifyAll();
    this.driver.wakeAll();
    this.undos.wakeAll();
    const idle = new AbortController();
    void this.slots.idle().then(() => idle.abort());
    await pause(this.clock, drainMs, idle.signal);
    this.closing.ended = true;
    this.overHttp?.close();
    this.heartbeats.stop();
    for (const stopListening of this.stopListening) stopListening();
    const left = [...this.driver.running(), ...this.undos.running()];
    if (left.length > 0) {
      const fields = { count: left.length, executions: left.slice(0, LEFT_SHOWN_MAX) };
      this.logger.warn(
        fields,
        `attempts had not ended when the time to drain was over: they ${this.lease ? 'are left to other executors' : 'are taken up by the next start'}`,
      );
    }
    if (this.lease !== null) {
      this.closing.over = true;
      await this.lease.end();
    }
    return left;
  }
}
