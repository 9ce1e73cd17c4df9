import {
  type ActionContract,
  type ActionDocument,
  type ActionTarget,
  type GivenTarget,
  type Issue,
  type Problem,
  publicPosition,
  type RegisterAnswer,
  type TenantName,
} from '@action-do/contracts';
import { decideRegister, evolveRegistry, type StandingVersion } from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import type { Requester } from '../execution/execution-record.js';
import { wrapSecret } from '../http/secret.js';
import type { Clock } from '../ports.js';
import type { MasterKey } from '../tenant/master-key.js';
import type { ActionRegistry } from './action-registry.js';
import { checkContract } from './check-contract.js';
import { digestOf } from './contract-digest.js';
import { contractOfDocument } from './contract-of-document.js';
import type { RegistryLog } from './registry-log.js';
import type { RegistryNews } from './registry-news.js';
import { breaks, type Form, noHttp, performedHere, tooLarge, unusable } from './registry-refusals.js';
import { sameService } from './same-service.js';
import { tryPatterns } from './try-patterns.js';

/** How often somebody else may come first before something must be wrong. */
const CONFLICTS_MAX = 8;

export type Registration =
  | { readonly ok: true; readonly answer: RegisterAnswer }
  | { readonly ok: false; readonly problem: Problem };

export type HttpService = Extract<GivenTarget, { kind: 'http' }>;

/** What is wrong with a service that actions are to be performed by; empty where nothing is. */
export type CheckTarget = (tenant: TenantName, target: HttpService) => readonly Issue[];

/** Where the attempts are to be performed. */
type Where =
  | { readonly kind: Exclude<ActionTarget, 'http'>; readonly answersAsk?: boolean | undefined }
  | HttpService;

export interface RegisterActionParts {
  readonly registry: ActionRegistry;
  readonly log: RegistryLog;
  readonly clock: Clock;
  readonly masterKey: MasterKey;
  /** Null where HTTP services are not called from here. */
  readonly checkTarget: CheckTarget | null;
  /** Of what is registered here; null where there is no other executor to tell. */
  readonly news: Pick<RegistryNews, 'tell'> | null;
}

/** Records the contract of a version, once, and never one that breaks what callers count on. */
export class RegisterAction {
  constructor(private readonly parts: RegisterActionParts) {}

  /** What a worker says that it performs. @throws StoreUnavailable, AppendUnknown */
  register(tenant: TenantName, contract: ActionContract, requester: Requester): Promise<Registration> {
    return this.admit(tenant, contract, { kind: 'bus' }, requester, 'contract');
  }

  /** What a person wrote down. @throws StoreUnavailable, AppendUnknown */
  async registerDocument(
    tenant: TenantName,
    document: ActionDocument,
    requester: Requester,
  ): Promise<Registration> {
    const meant = contractOfDocument(document);
    if ('problem' in meant) return refuse(meant.problem);
    const { target } = document;
    if (target.kind === 'http') {
      if (this.parts.checkTarget === null) return refuse(noHttp());
      const issues = this.parts.checkTarget(tenant, target);
      if (issues.length > 0) return refuse(unusable('document', issues));
    }
    return this.admit(tenant, meant.contract, target, requester, 'document');
  }

  /** What this process performs itself: it is held to what stands as all others are. @throws StoreUnavailable, AppendUnknown */
  record(
    tenant: TenantName,
    contract: ActionContract,
    target: 'in-process',
    requester: Requester,
  ): Promise<Registration> {
    return this.write(tenant, contract, { kind: target }, requester, 'definition');
  }

  /**
   * What `record` would refuse of these as things stand. Writes nothing: what is recorded has to be kept to, so whoever takes
   * all of them or none asks first. @throws StoreUnavailable
   */
  async refusalsOf(tenant: TenantName, contracts: readonly ActionContract[]): Promise<Problem[]> {
    const { log, clock } = this.parts;
    const refusals: Problem[] = [];
    for (const contract of contracts) {
      const state = await log.load(tenant, contract.name);
      const target = 'in-process' as const;
      const digest = digestOf(contract);
      const command = { contract, target, digest, nowMs: clock.nowMs(), matches: tryPatterns() };
      const decision = decideRegister(state, command);
      if (decision.kind === 'refuse') refusals.push(breaks('definition', contract, decision.path));
    }
    return refusals;
  }

  private async admit(
    tenant: TenantName,
    contract: ActionContract,
    where: Where,
    requester: Requester,
    form: Form,
  ): Promise<Registration> {
    const issues = checkContract(contract);
    if (issues.length > 0) return refuse(unusable(form, issues));
    if (this.parts.registry.isOwn(contract.name, contract.version)) return refuse(performedHere(contract));
    return this.write(tenant, contract, where, requester, form);
  }

  private async write(
    tenant: TenantName,
    contract: ActionContract,
    where: Where,
    requester: Requester,
    form: Form,
  ): Promise<Registration> {
    const { log, registry, clock, news } = this.parts;
    const digest = digestOf(contract);
    for (let conflicts = 0; ; ) {
      const state = await log.load(tenant, contract.name);
      const http = this.httpOf(tenant, contract, where, state.versions.get(contract.version));
      const answersAsk = where.kind === 'http' ? undefined : where.answersAsk;
      const who = { target: where.kind, http, answersAsk };
      const command = { contract, ...who, digest, nowMs: clock.nowMs(), matches: tryPatterns() };
      const decision = decideRegister(state, command);
      if (decision.kind === 'refuse') return refuse(breaks(form, contract, decision.path));
      if (decision.kind === 'too-large') return refuse(tooLarge(contract, decision.weight));
      registry.take(tenant, contract.name, state);
      if (decision.kind !== 'append') return { ok: true, answer: { status: decision.kind, digest } };
      try {
        const event = { type: 'ActionRegistered', data: decision.registered } as const;
        const position = await log.append(tenant, state, event, requester);
        // At once, not when the log is read again: a worker that was told "registered" may be called.
        registry.take(tenant, contract.name, evolveRegistry(state, event));
        news?.tell(tenant, contract.name);
        const at = publicPosition(log.logId, position);
        return { ok: true, answer: { status: 'registered', digest, position: at } };
      } catch (error) {
        if (!(error instanceof StreamConflict) || ++conflicts > CONFLICTS_MAX) throw error;
      }
    }
  }

  private httpOf(
    tenant: TenantName,
    { name, version }: ActionContract,
    where: Where,
    standing: StandingVersion | undefined,
  ) {
    if (where.kind !== 'http') return undefined;
    const { masterKey } = this.parts;
    const of = { tenant, name, version };
    const before = standing?.registered.http;
    if (before !== undefined && sameService(masterKey, of, before, where)) return before;
    return { url: where.url, secretWrapped: wrapSecret(masterKey, of, where.secret) };
  }
}

const refuse = (refusal: Problem): Registration => ({ ok: false, problem: refusal });
