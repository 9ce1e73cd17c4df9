import { contractOf, refText, type TenantName } from '@action-do/contracts';
import type { ActionDefinition } from '@do-sdk/actions';
import { SYSTEM } from '../execution/execution-record.js';
import type { Slots } from '../execution/slots.js';
import type { Log } from '../ports.js';
import type { ActionRegistry } from './action-registry.js';
import { checkContract } from './check-contract.js';
import { OwnContractsRefused } from './own-contracts-refused.js';
import type { RegisterAction } from './register-action.js';

/** Why definitions are not taken, in words for whoever wrote them. */
export class DefinitionsRefused extends Error {
  readonly code = 'DEFINITIONS_REFUSED';
}

/** What this process performs itself, by the modules that define it: each gives all of its definitions or none. */
export class OwnActions {
  private readonly byModule = new Map<string, readonly ActionDefinition[]>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly registry: ActionRegistry,
    private readonly registerAction: Pick<RegisterAction, 'record' | 'refusalsOf'>,
    private readonly slots: Pick<Slots, 'codeReplaced'>,
    private readonly logger: Pick<Log, 'info'>,
  ) {}

  /**
   * Takes what a module defines now in the place of what it defined. The contracts are recorded before anything can be
   * called by them.
   * @throws DefinitionsRefused, OwnContractsRefused and what it defined before goes on  @throws StoreUnavailable, AppendUnknown likewise
   */
  replace(module: string, definitions: readonly ActionDefinition[], tenant: TenantName): Promise<void> {
    const replaced = this.last.then(() => this.take(module, definitions, tenant));
    // One after the other, whatever became of the one before.
    this.last = replaced.catch(() => undefined);
    return replaced;
  }

  private async take(module: string, definitions: readonly ActionDefinition[], tenant: TenantName) {
    this.refuseTwice(module, definitions);
    await this.record(definitions, tenant);
    const former = this.byModule.get(module) ?? [];
    this.registry.replaceOwn(former, definitions);
    this.byModule.set(module, definitions);
    // Also of what is new to this module: it may have been left out, and be at work.
    const limits = new Map(
      [...former, ...definitions].map((one) => [refText(one), one.concurrency ?? Number.POSITIVE_INFINITY]),
    );
    for (const [lane, limit] of limits) this.slots.codeReplaced(lane, limit);
  }

  /**
   * Records the contracts of what this process performs itself, so that the log tells what can be called, and learns which
   * of them are retired.
   * @throws DefinitionsRefused, OwnContractsRefused one cannot be used, or breaks what stands: then none is recorded
   * @throws StoreUnavailable, AppendUnknown
   */
  async record(definitions: readonly ActionDefinition[], tenant: TenantName): Promise<void> {
    const contracts = definitions.map(contractOf);
    // Before any of them is recorded.
    for (const contract of contracts) {
      const [issue] = checkContract(contract);
      if (issue !== undefined)
        throw new DefinitionsRefused(`${refText(contract)} cannot be used: ${issue.path} ${issue.message}`);
    }
    const refusals = await this.registerAction.refusalsOf(tenant, contracts);
    if (refusals.length > 0) throw new OwnContractsRefused(refusals);
    for (const contract of contracts) {
      const registration = await this.registerAction.record(tenant, contract, 'in-process', SYSTEM);
      // Another executor may have come between.
      if (!registration.ok) throw new OwnContractsRefused([registration.problem]);
      if (registration.answer.status === 'retired')
        this.logger.info({ action: refText(contract) }, 'is retired: takes no new work');
    }
  }

  private refuseTwice(module: string, definitions: readonly ActionDefinition[]): void {
    const taken = new Map<string, string>();
    for (const [other, theirs] of this.byModule)
      if (other !== module) for (const one of theirs) taken.set(refText(one), other);
    for (const one of definitions) {
      const by = taken.get(refText(one));
      if (by !== undefined)
        throw new DefinitionsRefused(
          `${refText(one)} is defined ${by === module ? 'twice' : `by ${by}, too`}: give one of them another name or version`,
        );
      taken.set(refText(one), module);
    }
  }
}
