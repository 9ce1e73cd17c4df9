import { actionStream, problem, type ScopeHash } from '@action-do/contracts';
import { chooseKey, decideRequest, paramsDigest, type RequestAction, scopeHash } from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import type { Clock } from '../ports.js';
import type { ActionRegistry } from '../registry/action-registry.js';
import type { RegisteredAction } from '../registry/registered-action.js';
import type { TenantKeys } from '../tenant/tenant-keys.js';
import type { Admissions } from './admission.js';
import { type Answer, refused } from './answer.js';
import type { OutcomeAwaiter } from './await-outcome.js';
import { describeReuse, unknownAction } from './describe-refusal.js';
import type { ExecuteCommand } from './execute-command.js';
import type { ExecutionDriver } from './execution-driver.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import type { Slots } from './slots.js';

/** How often a claim may lose to others before something must be wrong. */
const CLAIMS_MAX = 8;
const RATE_LIMITED_RETRY_MS = 1_000;

/**
 * The product's main flow. One request, in this order:
 *  1. which action, and is the key given where it must be;
 *  2. which execution that is (scope of action and key), and whether the params fit: a refusal because of the
 *     contract first looks whether the work is known already, since a repeat of something done gets its outcome;
 *  3. admission: beyond what may be held nothing is recorded;
 *  4. claim: one append of [ActionRequested, ActionStarted] to a stream that must not exist; the conflict is the
 *     answer to "is it a repeat", and then the fold decides by the table;
 *  5. call and settle (execution-driver.ts), or wait for whoever does;
 *  6. answer.
 * Two appends and no read where nobody came first.
 */
export class ExecuteAction {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly tenants: TenantKeys,
    private readonly log: ExecutionLog,
    private readonly driver: ExecutionDriver,
    private readonly awaiter: OutcomeAwaiter,
    private readonly admissions: Admissions,
    private readonly slots: Slots,
    private readonly clock: Clock,
  ) {}

  async execute(command: ExecuteCommand): Promise<Answer> {
    const digest = await this.tenants.digestOf(command.tenant);
    const received = paramsDigest(digest, command.params);
    const action = this.registry.find(command.action, command.version);
    if (action === null) {
      const key = command.key ?? `auto:${received}`;
      const scope = scopeHash(digest, command.action, command.version ?? 1, false, key);
      return this.refuseUnlessKnown(command, scope, received, key, unknownAction(this.registry, command));
    }
    const { mode, perVersion } = action.policy.idempotency;
    const chosen = chooseKey(command.key, mode, received, command.requestId);
    if (chosen.kind === 'missing') return refused(problem('IDEMPOTENCY_KEY_MISSING'));
    const scope = scopeHash(digest, action.name, action.version, perVersion, chosen.key);
    const issues = action.checkParams(command.params);
    if (issues.length > 0) {
      const detail = `${issues.length === 1 ? 'One param does' : `${issues.length} params do`} not fit ${action.name}: ${issues[0]?.path} ${issues[0]?.message}.`;
      return this.refuseUnlessKnown(
        command,
        scope,
        received,
        chosen.key,
        problem('PARAMS_INVALID', { detail, issues, effect: 'none' }),
      );
    }
    return this.claim(command, action, scope, received, chosen);
  }

  private async claim(
    command: ExecuteCommand,
    action: RegisteredAction,
    scope: ScopeHash,
    received: string,
    chosen: { key: string; derived: boolean },
  ): Promise<Answer> {
    const admission = this.admissions.enter(actionStream(command.tenant, scope));
    if (admission === null) return refused(this.rateLimited());
    const slot = this.slots.tryTake();
    const letGo = (): void => {
      admission.leave();
      slot?.release();
    };
    let driven = false;
    try {
      let loaded = this.log.absent(command.tenant, scope);
      for (let claims = 0; claims < CLAIMS_MAX; claims++) {
        const request: RequestAction = {
          scope,
          action: action.name,
          version: action.version,
          policy: action.policy,
          params: command.params,
          paramsDigest: received,
          key: chosen.key,
          keyDerived: chosen.derived,
          requestId: command.requestId,
          metadata: command.metadata,
          firstSentAtMs: command.firstSentAtMs,
          executor: slot === null ? null : this.log.executor,
          nowMs: this.clock.nowMs(),
        };
        const decision = decideRequest(loaded.state, request);
        if (decision.kind !== 'claim') {
          // Whoever merely waits holds nothing that new work could use.
          letGo();
          return await this.answerFrom(loaded, decision, command, chosen.key);
        }
        try {
          loaded = await this.log.append(loaded, decision.events, command.requester, 'caller-waits');
        } catch (error) {
          if (!(error instanceof StreamConflict)) throw error;
          loaded = await this.log.load(command.tenant, scope);
          continue;
        }
        driven = true;
        const claimed = loaded;
        const begin = (): void => void this.driver.drive(claimed, admission, slot);
        return {
          kind: 'execution',
          loaded: await this.awaiter.wait(loaded, command.waitMs, begin),
          how: 'executed',
          key: chosen.key,
        };
      }
      throw new Error(`lost ${CLAIMS_MAX} claims in a row on ${actionStream(command.tenant, scope)}`);
    } finally {
      if (!driven) letGo();
    }
  }

  /** Somebody came first: the fold has decided what this caller gets. */
  private async answerFrom(
    loaded: Loaded,
    decision: Exclude<ReturnType<typeof decideRequest>, { kind: 'claim' }>,
    command: ExecuteCommand,
    key: string,
  ): Promise<Answer> {
    switch (decision.kind) {
      case 'replay':
        return { kind: 'execution', loaded, how: 'replayed', key };
      case 'attach':
        return {
          kind: 'execution',
          loaded: await this.awaiter.wait(loaded, command.waitMs),
          how: 'attached',
          key,
        };
      case 'refuse':
        return refused(describeReuse(decision, command.params), key);
    }
  }

  /** Row 12: the contract may have changed since; what was done under this key is answered all the same. */
  private async refuseUnlessKnown(
    command: ExecuteCommand,
    scope: ScopeHash,
    received: string,
    key: string,
    refusal: ReturnType<typeof problem>,
  ): Promise<Answer> {
    const loaded = await this.log.load(command.tenant, scope);
    const { generation } = loaded.state;
    if (generation === null) return refused({ ...refusal, newKeySafe: true }, command.key);
    if (generation.request.paramsDigest !== received)
      return refused(describeReuse({ code: 'IDEMPOTENCY_KEY_REUSED', generation }, command.params), key);
    if (generation.outcome) return { kind: 'execution', loaded, how: 'replayed', key };
    return {
      kind: 'execution',
      loaded: await this.awaiter.wait(loaded, command.waitMs),
      how: 'attached',
      key,
    };
  }

  private rateLimited() {
    return problem('RATE_LIMITED', {
      detail: `The executor holds ${this.admissions.size} executions, and may hold ${this.admissions.limit}.`,
      retryAfterMs: RATE_LIMITED_RETRY_MS,
    });
  }
}
