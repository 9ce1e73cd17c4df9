import { executionId } from '@action-do/contracts';
import type { AttemptOutcome, Generation, ProbeAnswer } from '@action-do/domain';
import type { ActionContext } from '../action-context.js';
import { performAction, performProbe } from '../perform/perform-action.js';
import { withCrashPoints } from './crash-point.js';
import { type LabLife, within } from './lab-life.js';

/** Crash points that are looked at in one call: a loop may pass one without end. */
const POINTS_MAX = 50;

export const TIMED_OUT: AttemptOutcome = {
  ok: false,
  error: { code: 'TIMED_OUT', message: 'the attempt did not end in its time' },
  effect: 'unknown',
  retryable: true,
};
export const LOST: AttemptOutcome = {
  ok: false,
  error: { code: 'LEASE_LOST', message: 'nobody can say any more what the attempt came to' },
  effect: 'unknown',
  retryable: true,
  atOnce: true,
};

/** What the plan does inside of a call, at a crash point. */
type Struck = 'dies' | 'pauses';

/** One call of the author's code, which goes on whatever becomes of who called it. */
export class HandlerCall {
  readonly #ended: Promise<AttemptOutcome>;
  readonly #aborter = new AbortController();
  #struck: Promise<Struck>;
  #strike: (how: Struck) => void = () => {};
  #points = 0;

  constructor(
    private readonly life: LabLife,
    generation: Generation,
    readonly number: number,
  ) {
    const { world, definition, params } = life;
    this.#struck = this.#nextStrike();
    const context = contextOf(life, generation, this.#aborter.signal);
    this.#ended = withCrashPoints(
      (name) => this.#reach(name),
      // Not at once: it may reach a crash point before it first waits.
      () => Promise.resolve().then(() => performAction(definition, params, context)),
    );
    world.running.add(this.#ended);
    void this.#ended.then(() => world.running.delete(this.#ended));
  }

  abort(): void {
    this.#aborter.abort(new Error('the attempt was given up'));
  }

  /**
   * What it came to as its worker saw it, in the time that a call has in the lab, or that the plan struck first. Where it
   * seems to wait for something that the lab holds back, that is let go.
   */
  async next(): Promise<AttemptOutcome | Struck> {
    const { world, handlerMs, patienceMs } = this.life;
    for (let waitedMs = 0; waitedMs < handlerMs; waitedMs += patienceMs) {
      const news = await within(patienceMs, Promise.race([this.#ended, this.#struck]));
      if (typeof news === 'string') this.#struck = this.#nextStrike();
      if (news !== undefined) return news;
      if (world.bury()) world.tell(`call ${this.number} waits: what the dead process held open is closed`);
      else if (await world.bringBack('at-the-end'))
        world.tell(`call ${this.number} waits: who was paused has come back`);
    }
    world.stuck = true;
    world.tell(`call ${this.number} does not end within ${handlerMs} ms`);
    this.abort();
    return TIMED_OUT;
  }

  async #reach(name: string): Promise<void> {
    const { world } = this.life;
    const call = `call ${this.number}`;
    if (++this.#points > POINTS_MAX) return;
    const fault = world.pass('point', `"${name}" of ${call}`, `${call}, point ${this.#points}`);
    if (fault === undefined) return;
    const dies = fault === 'dies-at';
    world.tell(`${call} ${dies ? 'dies with its process' : 'is paused'} at "${name}"`);
    await new Promise<void>((resolve, reject) => {
      if (dies) this.#endUp(() => reject(new Error(`the process died at "${name}"`)));
      else world.hold(resolve);
      this.#strike(dies ? 'dies' : 'pauses');
    });
    world.tell(`${call} goes on behind "${name}"`);
  }

  /** It is not running any more, until its process is cleared away and it comes to whatever end. */
  #endUp(clearAway: () => void): void {
    const { running } = this.life.world;
    running.delete(this.#ended);
    this.life.world.die(() => {
      running.add(this.#ended);
      clearAway();
    });
  }

  #nextStrike(): Promise<Struck> {
    return new Promise((struck) => {
      this.#strike = struck;
    });
  }
}

/** Asks the author's probe, as the executor does: silence is `unknown`. */
export async function askProbe(life: LabLife, generation: Generation): Promise<ProbeAnswer> {
  const context = contextOf(life, generation, new AbortController().signal);
  const asked = performProbe(life.definition, life.params, context);
  return (await within(life.handlerMs, asked)) ?? { state: 'unknown' };
}

const silent = (): void => {};
const logger: ActionContext['logger'] = { debug: silent, info: silent, warn: silent, error: silent };

function contextOf(
  { scope, definition }: LabLife,
  { request, attempt }: Generation,
  signal: AbortSignal,
): ActionContext {
  return {
    executionId: executionId(scope, request.generation),
    idempotencyKey: request.effectKey,
    attempt,
    signal,
    // The author's code lives in real time.
    deadlineMs: Date.now() + definition.policy.attemptTimeoutMs,
    logger,
    heartbeat: silent,
  };
}
