import {
  type ActionContract,
  type ActionTarget,
  type Problem,
  problem,
  type RegisterAnswer,
  type TenantName,
} from '@action-do/contracts';
import { decideRegister } from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import type { Requester } from '../execution/execution-record.js';
import type { Clock } from '../ports.js';
import type { ActionRegistry } from './action-registry.js';
import { checkContract } from './check-contract.js';
import { digestOf } from './contract-digest.js';
import type { RegistryLog } from './registry-log.js';
import type { RegistryNews } from './registry-news.js';

/** How often somebody else may come first before something must be wrong. */
const CONFLICTS_MAX = 8;

export type Registration =
  | { readonly ok: true; readonly answer: RegisterAnswer }
  | { readonly ok: false; readonly problem: Problem };

/** Records the contract of a version, once, and never one that breaks what callers count on. */
export class RegisterAction {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly log: RegistryLog,
    private readonly clock: Clock,
    /** Of what is registered here; null where there is no other executor to tell. */
    private readonly news: Pick<RegistryNews, 'tell'> | null = null,
  ) {}

  /** What a worker says that it performs. @throws StoreUnavailable, AppendUnknown */
  async register(tenant: TenantName, contract: ActionContract, requester: Requester): Promise<Registration> {
    const { name, version } = contract;
    const issues = checkContract(contract);
    if (issues.length > 0)
      return refuse(
        problem('REQUEST_INVALID', {
          detail: `The contract cannot be used: ${issues[0]?.path} ${issues[0]?.message}.`,
          issues,
        }),
      );
    if (this.registry.isOwn(name, version))
      return refuse(
        problem('CONTRACT_CONFLICT', {
          detail: `${name} version ${version} is performed by the executor itself: take it out of DO_ACTIONS, or give the worker's another version.`,
        }),
      );
    return this.record(tenant, contract, 'bus', requester);
  }

  /** What this process performs itself: recorded as it is, so that the log tells of every contract. */
  async record(
    tenant: TenantName,
    contract: ActionContract,
    target: ActionTarget,
    requester: Requester,
  ): Promise<Registration> {
    const digest = digestOf(contract);
    for (let conflicts = 0; ; ) {
      const state = await this.log.load(tenant, contract.name);
      const command = { contract, target, digest, nowMs: this.clock.nowMs() };
      const decision = decideRegister(state, command);
      if (decision.kind === 'refuse') return refuse(conflict(contract, decision.path));
      try {
        if (decision.kind === 'append') await this.log.append(tenant, state, decision.registered, requester);
      } catch (error) {
        if (!(error instanceof StreamConflict) || ++conflicts > CONFLICTS_MAX) throw error;
        continue;
      }
      for (const known of state.versions.values()) this.registry.learn(tenant, known);
      // At once, not when the log is read again: a worker that was told "registered" may be called.
      if (decision.kind === 'append') {
        this.registry.learn(tenant, decision.registered);
        this.news?.tell(tenant, contract.name);
      }
      return { ok: true, answer: { status: decision.kind === 'append' ? 'registered' : 'known', digest } };
    }
  }
}

const refuse = (refusal: Problem): Registration => ({ ok: false, problem: refusal });

const conflict = ({ name, version }: ActionContract, path: string): Problem =>
  problem('CONTRACT_CONFLICT', {
    detail: `${name} version ${version} is registered with another contract; the first difference is at ${path}.`,
    issues: [{ path: `contract.${path}`, code: 'differs', message: 'differs from what is registered' }],
  });
