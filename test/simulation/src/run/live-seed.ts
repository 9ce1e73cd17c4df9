import { ACTION_STREAM_PREFIX, TenantName } from '@action-do/contracts';
import {
  type Evidence,
  isHeard,
  type LoggedEvent,
  type Random,
  SimWorld,
  seededRandom,
} from '@action-do/test-support';
import { WINDOW_MS } from '../world/sim-actions.js';
import { SimCallers } from '../world/sim-callers.js';
import { type FleetShape, SimFleet } from '../world/sim-fleet.js';
import type { FaultCounts } from './fault-counts.js';
import { RandomLife } from './random-life.js';

const TENANT = TenantName.parse('default');
const ROUNDS_MIN = 20;
const ROUNDS_MORE_MAX = 80;
const HEALING_ROUNDS_MAX = 5_000;
/** Repeats asked for when all is over. */
const REPEATS_MAX = 2;

/** One run: what there was, what happened, and what was done to it. */
export interface Life {
  readonly seed: number;
  readonly evidence: Evidence;
  /** Everything that happened, a line each. */
  readonly story: readonly string[];
  readonly faults: FaultCounts;
  /** What was thrown to nobody, in the platform or around it; then the run ended there. */
  readonly threw?: string;
}

/** Lives through the one run that a seed stands for; the same seed gives the same story, to the letter. */
export async function liveSeed(seed: number): Promise<Life> {
  const random = seededRandom(seed);
  const world = new SimWorld(seed, true);
  const fleet = new SimFleet(world, random, TENANT, shapeOf(random));
  const callers = new SimCallers(fleet, random);
  // One run in ten is calm, so that what is promised of calm weather can be seen.
  const life = new RandomLife(fleet, callers, random, random() < 0.1 ? 0 : 0.3 + 0.7 * random());
  const told = { seed, story: world.history, faults: life.faults };
  try {
    await fleet.start();
    const isOver = await liveOut(
      world,
      fleet,
      callers,
      life,
      ROUNDS_MIN + Math.floor(random() * ROUNDS_MORE_MAX),
    );
    return { ...told, evidence: evidenceOf(fleet, callers, life, isOver) };
  } catch (error) {
    return { ...told, evidence: evidenceOf(fleet, callers, life, false), threw: String(error) };
  }
}

/** @returns whether it came to an end once nothing went wrong any more */
async function liveOut(
  world: SimWorld,
  fleet: SimFleet,
  callers: SimCallers,
  life: RandomLife,
  rounds: number,
): Promise<boolean> {
  for (let round = 0; round < rounds; round++) await life.goOn();
  life.calmDown();
  world.history.push('from here on nothing goes wrong');
  if (!(await comeToAnEnd(world, fleet, callers, life))) return false;
  callers.clocksAreRight = true;
  if (callers.records.some(({ windowed }) => windowed)) await life.passes(WINDOW_MS);
  life.settleParked();
  askAgain(callers);
  return comeToAnEnd(world, fleet, callers, life);
}

function shapeOf(random: Random): FleetShape {
  const isAlone = random() < 0.15;
  return {
    isAlone,
    executors: isAlone ? 1 : 2 + Math.floor(random() * 2),
    gateways: 1 + Math.floor(random() * 2),
    workers: random() < 0.35 ? 1 + Math.floor(random() * 2) : 0,
    slots: 1 + Math.floor(random() * 3),
    queue: 4 + Math.floor(random() * 6),
  };
}

/** Lets everything happen until all callers have their answers and nothing is open. @returns false where that never is */
async function comeToAnEnd(
  world: SimWorld,
  fleet: SimFleet,
  callers: SimCallers,
  life: RandomLife,
): Promise<boolean> {
  for (let round = 0; round < HEALING_ROUNDS_MAX; round++) {
    const [step] = world.steps;
    if (step) await world.release(step);
    else if (callers.waiting.size === 0 && heldBy(fleet).length === 0 && !hasMoreToSay(fleet)) return true;
    else await life.tick();
  }
  return false;
}

/**
 * Whether the log says that something is open, or an executor has the outcome of what is parked, or will have undone
 * something, and will record it.
 */
function hasMoreToSay(fleet: SimFleet): boolean {
  const { projector, outside, executors } = fleet;
  projector?.follow();
  if (projector?.isOpen) return true;
  if ([...outside.undoing].some(({ by }) => executors.has(by))) return true;
  const parked = projector?.parked() ?? [];
  if (parked.length === 0) return false;
  const heard = whoIsHeard(fleet);
  return parked.some(({ executionId, attempt, executor }) =>
    outside.ledger.some(
      (call) =>
        call.executionId === executionId &&
        call.attempt === attempt &&
        call.result !== undefined &&
        isHeard(call.by, executor ?? undefined, heard),
    ),
  );
}

const whoIsHeard = (fleet: SimFleet) => ({
  living: [...fleet.living('executor'), ...fleet.living('worker')],
  unheard: [...fleet.network.unheard],
});

/** Some of the calls once more, as calls of their own; of those whose window is over one. */
function askAgain(callers: SimCallers): void {
  const all = callers.records.filter(({ verb }) => verb === 'execute');
  const asked = new Set([
    ...all.slice(0, REPEATS_MAX),
    ...all.filter(({ windowed }) => windowed).slice(0, 1),
  ]);
  for (const { action, key, params } of asked) {
    const given = key.slice(action.length + 1);
    callers.call({
      action,
      key: /^(auto|req):/.test(given) ? undefined : given,
      params: JSON.parse(params),
      waitMs: 2_000,
    });
  }
}

function evidenceOf(fleet: SimFleet, callers: SimCallers, life: RandomLife, isOver: boolean): Evidence {
  const log: LoggedEvent[] = fleet.world.written
    .filter(({ streamId }) => streamId.startsWith(ACTION_STREAM_PREFIX))
    .map((event) => ({ ...event, revision: Number(event.revision), position: Number(event.position) }));
  fleet.projector?.follow();
  const complaints = [...fleet.executors.values()].flatMap((executor) => executor.complaints);
  const held = [...heldBy(fleet), ...complaints];
  return {
    calls: callers.records,
    orders: callers.orders,
    undos: fleet.outside.undos,
    probes: fleet.outside.probes,
    ledger: fleet.outside.ledger,
    log,
    views: fleet.projector?.view() ?? [],
    troubles: life.troubles,
    afterwards: {
      ...whoIsHeard(fleet),
      probesAreHeard: fleet.shape.workers === 0,
      waiting: [...callers.waiting],
      held: isOver ? held : ['it does not come to an end', ...held],
    },
  };
}

/** What executors are still at, in words. */
const heldBy = (fleet: SimFleet): string[] =>
  [...fleet.executors.values()].flatMap(({ name, executor: { admissions } }) =>
    admissions.size > 0 ? [`${name} holds ${admissions.streams().join(', ')}`] : [],
  );
