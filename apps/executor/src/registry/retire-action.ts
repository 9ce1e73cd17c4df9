import {
  type Problem,
  publicPosition,
  type RetireAnswer,
  type RetireCommand,
  type TenantName,
} from '@action-do/contracts';
import { decideRetire } from '@action-do/domain';
import { StreamConflict } from '@action-do/event-store';
import { unknownAction } from '../execution/describe-refusal.js';
import type { Requester } from '../execution/execution-record.js';
import type { Clock } from '../ports.js';
import type { ActionRegistry } from './action-registry.js';
import type { RegistryLog } from './registry-log.js';
import type { RegistryNews } from './registry-news.js';
import { wrongSuccessor } from './registry-refusals.js';

/** How often somebody else may come first before something must be wrong. */
const CONFLICTS_MAX = 8;

export type Retirement =
  | { readonly ok: true; readonly answer: RetireAnswer }
  | { readonly ok: false; readonly problem: Problem };

/** Records that a version takes no new work any more, once and for good. */
export class RetireAction {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly log: RegistryLog,
    private readonly clock: Clock,
    /** Null where there is no other executor to tell. */
    private readonly news: Pick<RegistryNews, 'tell'> | null = null,
  ) {}

  /** @throws StoreUnavailable, AppendUnknown */
  async retire(tenant: TenantName, command: RetireCommand, requester: Requester): Promise<Retirement> {
    const { name, version, successor } = command;
    for (let conflicts = 0; ; ) {
      const state = await this.log.load(tenant, name);
      // What is retired elsewhere in this very moment is not seen here: whoever follows it is led on from there.
      const isOther = successor !== undefined && successor.name !== name;
      const successors = isOther ? await this.log.load(tenant, successor.name) : state;
      this.registry.take(tenant, name, state);
      const decision = decideRetire(state, { ...command, nowMs: this.clock.nowMs() }, successors);
      if (decision.kind === 'known')
        return { ok: true, answer: { status: 'known', successor: decision.retired.successor } };
      if (decision.kind === 'refuse') {
        const { why } = decision;
        const isSuccessors = why !== 'unknown' && successor !== undefined;
        return refuse(
          isSuccessors
            ? wrongSuccessor(why, successor)
            : unknownAction(this.registry, { tenant, action: name, version }),
        );
      }
      const { retired } = decision;
      try {
        const event = { type: 'ActionRetired', data: retired } as const;
        const position = publicPosition(
          this.log.logId,
          await this.log.append(tenant, state, event, requester),
        );
        this.registry.noteRetired(tenant, retired);
        this.news?.tell(tenant, name);
        return { ok: true, answer: { status: 'retired', successor: retired.successor, position } };
      } catch (error) {
        if (!(error instanceof StreamConflict) || ++conflicts > CONFLICTS_MAX) throw error;
      }
    }
  }
}

const refuse = (refusal: Problem): Retirement => ({ ok: false, problem: refusal });
