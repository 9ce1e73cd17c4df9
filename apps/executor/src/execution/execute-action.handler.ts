import {
  type ActionRetired,
  actionStream,
  type Problem,
  problem,
  type ScopeHash,
} from '@action-do/contracts';
import {
  chooseKey,
  decideRequest,
  type KeyedDigest,
  paramsDigest,
  type RegistryState,
  type RequestAction,
  retiredIn,
  scopeHash,
} from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import type { Clock } from '../ports.js';
import type { ActionRegistry } from '../registry/action-registry.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import { laneOf, type RegisteredAction } from '../registry/registered-action.js';
import type { TenantKeys } from '../tenant/tenant-keys.js';
import type { Admissions } from './admission.js';
import { type Answer, refused } from './answer.js';
import type { OutcomeAwaiter } from './await-outcome.js';
import { beginInDoubt } from './begin-in-doubt.js';
import type { Closing } from './closing.js';
import {
  actionRetired,
  describeReuse,
  noHandler,
  paramsInvalid,
  performedByOthers,
  rateLimited,
  stopping,
  undefinedHere,
  unknownAction,
  versionMissing,
} from './describe-refusal.js';
import type { ExecuteCommand } from './execute-command.js';
import type { ExecutionDriver } from './execution-driver.js';
import { AppendInDoubt, type ExecutionLog, type Loaded } from './execution-log.js';
import type { Slots } from './slots.js';

/** How often a claim may lose to others before something must be wrong. */
const CLAIMS_MAX = 8;

/** One request, before it is known which action it is about. */
interface Call {
  readonly command: ExecuteCommand;
  /** The tenant's. */
  readonly digest: KeyedDigest;
  /** Digest of the params as received. */
  readonly received: string;
  /** When the caller's wait is over, whatever it was spent on. */
  readonly untilMs: number;
}

/** One request, looked at: whose work it is, and what names that. */
interface Asked extends Call {
  readonly scope: ScopeHash;
  readonly key: string;
  readonly keyDerived: boolean;
}

export interface ExecuteActionParts {
  readonly registry: ActionRegistry;
  readonly lookup: ActionLookup;
  readonly tenants: TenantKeys;
  readonly log: ExecutionLog;
  readonly driver: ExecutionDriver;
  readonly awaiter: OutcomeAwaiter;
  readonly admissions: Admissions;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly closing: Closing;
  readonly sharesLog: boolean;
}

/**
 * The product's main flow. One request, in this order:
 *  1. which action, and is the key given where it must be;
 *  2. which execution that is (scope of action and key), and whether the params fit: a refusal because of the
 *     contract, or because no worker is there (row 18), or because the version is retired, first looks whether the work is known already, since a
 *     repeat of something done gets its outcome;
 *  3. admission: beyond what may be held nothing is recorded;
 *  4. claim: one append of [ActionRequested, ActionStarted] to a stream that must not exist; the conflict is the
 *     answer to "is it a repeat", and then the fold decides by the table;
 *  5. call and settle (execution-driver.ts), or wait for whoever does;
 *  6. answer.
 * Two appends and no read where nobody came first.
 */
export class ExecuteAction {
  constructor(private readonly parts: ExecuteActionParts) {}

  async execute(command: ExecuteCommand): Promise<Answer> {
    if (this.parts.closing.draining) return refused(stopping());
    const untilMs = this.parts.clock.nowMs() + command.waitMs;
    const digest = await this.parts.tenants.digestOf(command.tenant);
    const received = paramsDigest(digest, command.params);
    let action = this.parts.registry.find(command.tenant, command.action, command.version);
    // Of what others perform, the log knows best. What this process performs costs no look, unless a newer version may
    // have been registered through another executor, or this one retired: all of them have to mean the same.
    if (action === null || action.performer.elsewhere !== undefined || this.parts.sharesLog)
      action = await this.parts.lookup.find(command.tenant, command.action, command.version);
    const call: Call = { command, digest, received, untilMs };
    if (action === null) return this.answerUnfound(call);
    const retired = this.parts.registry.retirement(command.tenant, action.name, action.version);
    if (retired !== null) {
      // Filled in for whoever is told in which params the first call differs.
      action.checkParams(command.params);
      return this.answerRetired(call, action, retired);
    }
    const { mode, perVersion } = action.policy.idempotency;
    // Which version is the newest changes with time: the repeat of such a call could be another execution.
    if (perVersion && command.version === undefined) return refused(versionMissing(action));
    const chosen = chooseKey(command.key, mode, received, command.requestId);
    if (chosen.kind === 'missing') return refused(problem('IDEMPOTENCY_KEY_MISSING'));
    const { key, derived: keyDerived } = chosen;
    const scope = scopeHash(digest, action.name, action.version, perVersion, key);
    const asked: Asked = { ...call, scope, key, keyDerived };
    const issues = action.checkParams(command.params);
    if (issues.length > 0)
      return this.refuseUnlessKnown(asked, paramsInvalid(action.name, issues), { newKeySafe: true });
    const { elsewhere } = action.performer;
    if (elsewhere !== undefined && !(await elsewhere.isThere()))
      return this.refuseUnlessKnown(asked, noHandler(action.name, action.version, elsewhere), {
        newKeySafe: true,
      });
    return this.claim(asked, action);
  }

  /** An action that this executor does not have. */
  private async answerUnfound(call: Call): Promise<Answer> {
    const { command, digest, received } = call;
    const { tenant, action, version } = command;
    const state = await this.parts.lookup.standing(tenant, action);
    const gone = retiredIn(state, version);
    if (gone !== null) return this.answerRetired(call, gone.registered.contract, gone.retired);
    const chosen = { key: command.key ?? `auto:${received}`, keyDerived: command.key === undefined };
    const scope = scopeHash(digest, action, version ?? 1, false, chosen.key);
    // An action that is gone may have kept a scope for each version: what was not found here may be elsewhere.
    return this.refuseUnlessKnown({ ...call, scope, ...chosen }, this.whyUnfound(command, state), {});
  }

  private whyUnfound({ tenant, action, version }: ExecuteCommand, state: RegistryState): Problem {
    const { lookup, registry } = this.parts;
    if (lookup.areOthers(state, version)) return performedByOthers(action);
    const left = lookup.undefinedSince(state, version);
    return left === null ? unknownAction(registry, { tenant, action, version }) : undefinedHere(left);
  }

  /** It takes no new work. What was done by it is answered as ever. */
  private async answerRetired(
    call: Call,
    { name, version, policy }: Pick<RegisteredAction, 'name' | 'version' | 'policy'>,
    retired: ActionRetired,
  ): Promise<Answer> {
    const { command, digest, received } = call;
    const { mode, perVersion } = policy.idempotency;
    const chosen = chooseKey(command.key, mode, received, command.requestId);
    // Such a call names no piece of work that could be known.
    if (chosen.kind === 'missing' || (perVersion && command.version === undefined))
      return refused(actionRetired(retired));
    const { key, derived: keyDerived } = chosen;
    const scope = scopeHash(digest, name, version, perVersion, key);
    const asked: Asked = { ...call, scope, key, keyDerived };
    return this.refuseUnlessKnown(asked, actionRetired(retired), { newKeySafe: true });
  }

  private async claim(asked: Asked, action: RegisteredAction): Promise<Answer> {
    const { command, scope, key } = asked;
    const lane = laneOf(action);
    const admission = this.parts.admissions.enter(actionStream(command.tenant, scope), lane);
    if (admission === null) return refused(rateLimited(this.parts.admissions, lane));
    const slot = this.parts.slots.tryTake(lane);
    const letGo = (): void => {
      admission.leave();
      slot?.release();
    };
    let handedOn = false;
    try {
      let loaded = this.parts.log.absent(command.tenant, scope);
      for (let claims = 0; claims < CLAIMS_MAX; claims++) {
        const executor = slot === null ? null : this.parts.log.executor;
        const decision = decideRequest(loaded.state, this.request(asked, action, executor));
        if (decision.kind !== 'claim') {
          // Whoever merely waits holds nothing that new work could use.
          letGo();
          return await this.answerFrom(loaded, decision, asked);
        }
        try {
          loaded = await this.parts.log.append(loaded, decision.events, command.requester, 'caller-waits');
        } catch (error) {
          if (error instanceof AppendInDoubt) {
            handedOn = true;
            void beginInDoubt(this.parts.driver, error, admission, slot);
          }
          if (!(error instanceof StreamConflict)) throw error;
          loaded = await this.parts.log.load(command.tenant, scope);
          continue;
        }
        handedOn = true;
        const claimed = loaded;
        const begin = (): void => void this.parts.driver.drive(claimed, admission, slot);
        return {
          kind: 'execution',
          loaded: await this.parts.awaiter.wait(loaded, this.leftMs(asked), begin),
          how: 'executed',
          key,
        };
      }
      throw new Error(`lost ${CLAIMS_MAX} claims in a row on ${actionStream(command.tenant, scope)}`);
    } finally {
      if (!handedOn) letGo();
    }
  }

  /** Somebody came first: the fold has decided what this caller gets. */
  private async answerFrom(
    loaded: Loaded,
    decision: Exclude<ReturnType<typeof decideRequest>, { kind: 'claim' }>,
    asked: Asked,
  ): Promise<Answer> {
    const { command, key } = asked;
    switch (decision.kind) {
      case 'replay':
        return { kind: 'execution', loaded, how: 'replayed', key };
      case 'attach':
        return {
          kind: 'execution',
          loaded: await this.parts.awaiter.wait(loaded, this.leftMs(asked)),
          how: 'attached',
          key,
        };
      case 'refuse':
        return refused(describeReuse(decision, command.params), key);
    }
  }

  /**
   * Row 12: the contract may have changed since; what was done under this key is answered by the table all the same.
   * What the table would do anew is refused.
   */
  private async refuseUnlessKnown(
    asked: Asked,
    refusal: Problem,
    safety: Pick<Problem, 'newKeySafe'>,
  ): Promise<Answer> {
    const { command, scope } = asked;
    const loaded = await this.parts.log.load(command.tenant, scope);
    const { generation } = loaded.state;
    if (generation === null) return refused({ ...refusal, ...safety }, command.key);
    const { action: name, version, policy } = generation.request;
    const decision = decideRequest(loaded.state, this.request(asked, { name, version, policy }, null));
    if (decision.kind === 'claim') return refused(refusal, command.key);
    return this.answerFrom(loaded, decision, asked);
  }

  private request(
    { command, scope, received, key, keyDerived }: Asked,
    { name, version, policy }: Pick<RegisteredAction, 'name' | 'version' | 'policy'>,
    executor: string | null,
  ): RequestAction {
    return {
      scope,
      action: name,
      version,
      policy,
      params: command.params,
      paramsDigest: received,
      key,
      keyDerived,
      requestId: command.requestId,
      metadata: command.metadata,
      firstSentAtMs: command.firstSentAtMs,
      executor,
      nowMs: this.parts.clock.nowMs(),
    };
  }

  private leftMs({ untilMs }: Asked): number {
    return untilMs - this.parts.clock.nowMs();
  }
}
