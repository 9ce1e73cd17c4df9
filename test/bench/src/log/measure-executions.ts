import { randomUUID } from 'node:crypto';
import { TenantName } from '@action-do/contracts';
import type { EventStore, NewEvent } from '@action-do/event-store';
import { seededRandom } from '@action-do/test-support';
import { type LoopFigures, type LoopPlan, runClosedLoop } from '../closed-loop.js';
import {
  recorded,
  SEEDED_ACTIONS,
  SEEDED_ACTORS,
  SEEDED_CUSTOMERS,
  SEEDED_FROM_MS,
} from '../seed/seed-log.js';
import { seededExecutions } from '../seed/seeded-executions.js';

const SEED = 1;
/** Made before anything counts, and used again with other ids. */
const MADE = 500;

/** What the log has of an execution that succeeds at once: requested, started, succeeded, as the platform records them. */
export function measureExecutions(store: EventStore, plan: LoopPlan): Promise<LoopFigures> {
  const made = someExecutions();
  let next = 0;
  return runClosedLoop(plan, async () => {
    const [requested, started, succeeded] = made[next++ % made.length] ?? [];
    if (!requested || !started || !succeeded) throw new Error('an execution of three events was to be here');
    const stream = `bench-${randomUUID()}`;
    const { revision } = await store.append(stream, [anew(requested), anew(started)], 'no-stream');
    await store.append(stream, [anew(succeeded)], revision);
  });
}

const anew = (event: NewEvent): NewEvent => ({ ...event, id: randomUUID() });

function someExecutions(): NewEvent[][] {
  const random = seededRandom(SEED);
  const executions = seededExecutions({
    seed: SEED,
    tenant: TenantName.parse('default'),
    actions: SEEDED_ACTIONS,
    actors: SEEDED_ACTORS,
    customers: SEEDED_CUSTOMERS,
    startMs: SEEDED_FROM_MS,
  });
  const made: NewEvent[][] = [];
  for (const execution of executions) {
    if (execution.events.length === 3) made.push(recorded(execution, random));
    if (made.length === MADE) break;
  }
  return made;
}
