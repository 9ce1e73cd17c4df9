import type { Effects } from '@action-do/contracts';
import type { HandlerCall, ProbeCall, SimWorld, UndoCall } from '@action-do/test-support';
import {
  type ActionContext,
  type ActionDefinition,
  ActionError,
  defineAction,
  type ProbeAnswer,
} from '@do-sdk/actions';
import { z } from 'zod';

/** What one attempt of a handler comes to. */
export const DEEDS = ['throw', 'none', 'final', 'hang', 'beat', 'half', 'late'] as const;
export type Deed = (typeof DEEDS)[number];

/** Classes whose actions can be undone. */
const UNDOABLE: readonly Effects[] = ['idempotent', 'unsafe', 'transactional'];

interface SimAction {
  readonly effects: Effects;
  /** Default `params`. */
  readonly mode?: 'params' | 'none';
  readonly windowMs?: number;
}

/** Longer than most of what happens between two calls, and short enough to be waited for at the end of a run. */
export const WINDOW_MS = 10_000;

/** Of every run the same actions; what their windows are for: a key that becomes new work again. */
export const ACTIONS: Readonly<Record<string, SimAction>> = {
  /** Each call is an execution, unless it names a key. */
  looks: { effects: 'none', mode: 'none' },
  reads: { effects: 'none' },
  idempotent: { effects: 'idempotent' },
  transactional: { effects: 'transactional' },
  verifiable: { effects: 'verifiable' },
  unsafe: { effects: 'unsafe' },
  windowed: { effects: 'transactional', windowMs: WINDOW_MS },
};
export const ATTEMPT_TIMEOUT_MS = 1_000;
/** Attempts' time that a slow undo takes: more than all its attempts have together, so that it ends when it is given up. */
const SLOW_UNDOS = 6;

const params = z.object({
  id: z.string(),
  /** What the first attempts come to; later ones succeed. */
  first: z.array(z.enum(DEEDS)).default([]),
});
const result = z.object({ by: z.string(), attempt: z.int() });
const retry = { attemptsMax: 4, initialDelayMs: 100, delayMsMax: 400, factor: 2 };

function notBound(): never {
  throw new Error('not bound to a process');
}

// Made once: their schemas would be compiled again for each process of each run.
const definitions: readonly ActionDefinition[] = Object.entries(ACTIONS).map(
  ([name, { effects, mode = 'params', windowMs }]) =>
    defineAction({
      name,
      effects,
      params,
      result,
      retry,
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      deadlineMs: 60_000,
      run: notBound,
      ...(effects === 'verifiable' ? { probe: notBound } : {}),
      ...(UNDOABLE.includes(effects) ? { undo: notBound } : {}),
      idempotency: { mode, ...(windowMs === undefined ? {} : { windowMs }) },
    }),
);
export const definedActions = (): readonly ActionDefinition[] => definitions;

/** The outside world: notes every call before it does anything, and every effect. */
export class Outside {
  readonly ledger: HandlerCall[] = [];
  readonly undos: UndoCall[] = [];
  /** Slow ones, which will undo it if their process lives. */
  readonly undoing = new Set<UndoCall>();
  readonly probes: ProbeCall[] = [];
  /** The author's own database of the transactional actions, by effect key. */
  private readonly rows = new Map<string, unknown>();
  private readonly applied = new Map<string, HandlerCall>();
  /** Effect keys of which a probe has said that nothing was applied. */
  private readonly notApplied = new Set<string>();

  constructor(private readonly world: SimWorld) {}

  /** The actions as one process performs them. */
  performedBy(owner: string): ActionDefinition[] {
    return definitions.map((definition) => ({
      ...definition,
      ...(definition.undo
        ? { undo: (_: unknown, __: unknown, context: ActionContext) => this.undo(owner, context) }
        : {}),
      run: (given: unknown, context: ActionContext) => this.perform(owner, definition, given, context),
      ...(definition.probe
        ? { probe: (_: unknown, context: ActionContext) => this.probe(owner, context) }
        : {}),
    }));
  }

  private async perform(
    owner: string,
    { name, policy }: ActionDefinition,
    given: unknown,
    context: ActionContext,
  ): Promise<unknown> {
    const { first } = params.parse(given);
    const { executionId, idempotencyKey: effectKey, attempt } = context;
    const call: HandlerCall = {
      action: name,
      executionId,
      effectKey,
      attempt,
      by: owner,
      logEnd: this.world.logEnd,
      effect: false,
      threw: false,
    };
    this.ledger.push(call);
    await this.world.step(owner, 'work', `${name} attempt ${attempt} of ${executionId.slice(4, 12)}`);
    const gives = await this.comeTo(first[attempt - 1], call, policy.effects, context).catch((error) => {
      call.threw = true;
      throw error;
    });
    call.result = JSON.stringify(gives);
    return gives;
  }

  private async comeTo(
    deed: Deed | undefined,
    call: HandlerCall,
    effects: Effects,
    { signal, heartbeat }: ActionContext,
  ): Promise<unknown> {
    if (deed === 'none')
      throw new ActionError({ code: 'BUSY', message: 'nothing happened', retryable: true, effect: 'none' });
    if (deed === 'final') throw new ActionError({ code: 'NO', message: 'never will', effect: 'none' });
    // Heeds no signal: ends while the next attempt may be at it.
    if (deed === 'late') await this.passes(call.by, ATTEMPT_TIMEOUT_MS * 2);
    if (deed === 'beat') {
      await this.passes(call.by, ATTEMPT_TIMEOUT_MS * 0.7);
      heartbeat();
      await this.passes(call.by, ATTEMPT_TIMEOUT_MS * 0.7);
    }
    const done = effects === 'transactional' ? this.rows.get(call.effectKey) : undefined;
    if (done !== undefined) return done;
    call.effect = effects !== 'none';
    call.afterProbe = this.notApplied.has(call.effectKey);
    this.applied.set(call.effectKey, call);
    const result = { by: call.by, attempt: call.attempt };
    this.rows.set(call.effectKey, result);
    if (deed === 'half')
      throw new ActionError({ code: 'HALF', message: 'it happened, and is no success', effect: 'applied' });
    if (deed === 'throw') throw new Error('the answer of the outside world was lost');
    // Goes on after it was given up, and ends after all: a late outcome.
    if (deed === 'hang') await new Promise((ended) => signal.addEventListener('abort', ended));
    return result;
  }

  /**
   * Of three executions one's first attempt to undo fails; another's attempts go on beyond their time, heed no signal, and
   * undo it after all.
   */
  private async undo(
    owner: string,
    { executionId, idempotencyKey: effectKey, attempt }: ActionContext,
  ): Promise<void> {
    const { logEnd } = this.world;
    const call: UndoCall = { executionId, effectKey, attempt, by: owner, logEnd, done: false };
    this.undos.push(call);
    await this.world.step(owner, 'work', `undo ${attempt} of ${executionId.slice(4, 12)}`);
    const kind = executionId.charCodeAt(5) % 3;
    if (attempt === 1 && kind === 0) throw new Error('it could not be undone now');
    if (kind === 1) {
      this.undoing.add(call);
      await this.passes(owner, ATTEMPT_TIMEOUT_MS * SLOW_UNDOS);
      this.undoing.delete(call);
    }
    call.done = true;
  }

  private async probe(
    owner: string,
    { idempotencyKey, executionId, attempt }: ActionContext,
  ): Promise<ProbeAnswer<unknown>> {
    const asked: ProbeCall = { executionId, attempt, spoke: false };
    this.probes.push(asked);
    const askedAtMs = this.world.nowMs;
    await this.world.step(owner, 'work', `probe of ${executionId.slice(4, 12)}`);
    const call = this.applied.get(idempotencyKey);
    if (call === undefined) this.notApplied.add(idempotencyKey);
    asked.spoke = this.world.nowMs - askedAtMs < ATTEMPT_TIMEOUT_MS;
    if (call === undefined) return { state: 'not-applied' };
    const result = { by: call.by, attempt: call.attempt };
    asked.result = JSON.stringify(result);
    return { state: 'applied', result };
  }

  private passes(owner: string, ms: number): Promise<void> {
    return new Promise((resolve) => this.world.process(owner).clock.after(ms, resolve));
  }
}
