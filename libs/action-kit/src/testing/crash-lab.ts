/** The crash lab: what an action does when its platform dies, at each boundary of its life. For tests. */
import { randomUUID } from 'node:crypto';
import type { JsonObject, ScopeHash } from '@action-do/contracts';
import type { ActionDefinition, ActionParams } from '../action-definition.js';
import { isActionDefinition } from '../action-definition.js';
import { toJson } from '../json.js';
import { crashPoint } from './crash-point.js';
import { CrashLabError, type CrashLife, CrashReport, type Verdict } from './crash-report.js';
import { type Boundary, describeStrike, type Plan, strikesAt, withOneMoreDeath } from './faults.js';
import { describeOutcome, judge } from './judge.js';
import { within } from './lab-life.js';
import { LabWorld } from './lab-world.js';
import { liveOnce } from './live-once.js';

export { CrashLabError, type CrashLife, CrashReport, crashPoint, type Verdict };

export interface CrashLabOptions<P = object> {
  /** Of every call of a life; a function where each life needs other ones, such as what is idempotent by itself. */
  readonly params: P | ((life: number) => P);
  /** How many effects there are in the outside world that the action acts on, of all lives so far or of this one. */
  readonly countEffects: (life: { readonly number: number; readonly params: P }) => number | Promise<number>;
  /** Faults of one life: 2 lets one more executor die behind each fault that alone breaks nothing. Default 2. */
  readonly faultsMax?: 1 | 2;
  /** Real time that one call of the handler may take, milliseconds. Default: its attempt timeout, at most 5,000. */
  readonly handlerMs?: number;
  /** Lives at most; the report says how many more there were. Default 1,000. */
  readonly livesMax?: number;
}

const HANDLER_MS_MAX = 5_000;
const LIVES_MAX = 1_000;
/** Real time after which a call may seem to wait for another one, beyond what it takes undisturbed. */
const PATIENCE_MS = 150;

interface Lived extends CrashLife {
  readonly passed: readonly Boundary[];
}

/**
 * Lives through the action's life again and again, each time with another fault at another boundary: an executor dies,
 * pauses beyond its lease and comes back, appends and answers get lost, a call times out and goes on. The platform's
 * rules are the real ones; its time is simulated, the log is in memory. The action runs as it is, several calls at once
 * where the platform would have given one up.
 *
 * Inside the handler a process dies only at a `crashPoint`: mark the places between two steps with it.
 * @throws CrashLabError the params do not fit, the action fails where nothing goes wrong, or effects cannot be counted
 */
export async function crashLab<D extends ActionDefinition>(
  action: D,
  options: CrashLabOptions<ActionParams<D>>,
): Promise<CrashReport> {
  if (!isActionDefinition(action)) throw new CrashLabError('the action is not one that defineAction made');
  const lab = new Lab<ActionParams<D>>(action, options);
  const { livesMax = LIVES_MAX, faultsMax = 2 } = options;
  const undisturbed = await lab.live([]);
  if (!undisturbed.outcome.startsWith('succeeded'))
    throw new CrashLabError(
      `the action has to succeed where nothing goes wrong: ${undisturbed.story.join('\n  ')}`,
    );
  const lives: CrashLife[] = [undisturbed];
  if (undisturbed.verdict === 'broken') return new CrashReport(action.name, action.policy.effects, lives, 0);
  const plans: Plan[] = strikesAt(undisturbed.passed).map((strike) => [strike]);
  while (plans.length > 0 && lives.length < livesMax) {
    const [plan = []] = plans.splice(0, 1);
    const lived = await lab.live(plan);
    lives.push(lived);
    if (plan.length < faultsMax && lived.verdict !== 'broken')
      plans.push(...withOneMoreDeath(plan, lived.passed));
  }
  return new CrashReport(action.name, action.policy.effects, lives, plans.length);
}

class Lab<P> {
  readonly #handlerMs: number;
  #patienceMs: number;
  #lives = 0;

  constructor(
    private readonly action: ActionDefinition,
    private readonly options: CrashLabOptions<P>,
  ) {
    this.#handlerMs = options.handlerMs ?? Math.min(HANDLER_MS_MAX, action.policy.attemptTimeoutMs);
    this.#patienceMs = this.#handlerMs;
  }

  async live(plan: Plan): Promise<Lived> {
    const number = ++this.#lives;
    const { action, options } = this;
    const given = isFunction(options.params) ? options.params(number) : options.params;
    const count = async (): Promise<number> => {
      const effects = await options.countEffects({ number, params: given });
      if (Number.isSafeInteger(effects)) return effects;
      throw new CrashLabError(`countEffects gave ${String(effects)}: write a whole number`);
    };
    const before = await count();
    const world = new LabWorld(plan, async () => (await count()) - before);
    const began = performance.now();
    await liveOnce({
      world,
      definition: action,
      params: this.#resolve(given),
      scope: randomUUID().replaceAll('-', '') as ScopeHash,
      handlerMs: this.#handlerMs,
      patienceMs: this.#patienceMs,
    });
    if (plan.length === 0)
      this.#patienceMs = Math.min(this.#handlerMs, PATIENCE_MS + 2 * (performance.now() - began));
    const effects = await world.countEffects();
    const { generation } = world.fold();
    const judgement = judge({
      effectsClass: action.policy.effects,
      effects,
      generation,
      leftRunning: plan.some(({ fault }) => fault.leavesRunning === true),
      stuck: world.stuck,
      lie: world.lie,
    });
    // Not before the effects are counted: what their code does when it is woken up, no dead process does.
    world.bury();
    await within(this.#handlerMs, Promise.all(world.running));
    return {
      faults: plan.map(describeStrike),
      handlerCalls: world.calls,
      effects,
      outcome: describeOutcome(generation),
      ...judgement,
      story: world.story,
      passed: world.boundaries,
    };
  }

  /** As the executor hands them over: checked, defaults applied. */
  #resolve(given: P): JsonObject {
    const parsed = this.action.parseParams(given);
    if (!parsed.ok) {
      const issues = parsed.issues.map(({ path, message }) => `${path}: ${message}`);
      throw new CrashLabError(`the params do not fit: ${issues.join('; ')}`);
    }
    return toJson(parsed.value) as JsonObject;
  }
}

const isFunction = <P>(params: P | ((life: number) => P)): params is (life: number) => P =>
  typeof params === 'function';
