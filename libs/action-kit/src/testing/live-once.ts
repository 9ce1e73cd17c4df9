import { isOpen } from '@action-do/domain';
import { LabExecutor, type Standstill } from './lab-executor.js';
import { type LabLife, within } from './lab-life.js';

/** How long nobody hears of an executor before another one takes over, in the life's own time. */
const LEASE_MS = 2_000;
/** Of one life: each fault of a plan uses up one at most. */
const EXECUTORS_MAX = 10;
const CALL = 'the call';
const ANOTHER_CALL = 'another call';

/**
 * One life: a caller asks, and asks again wherever its executor is gone; others take over until there is an outcome; who
 * was given up comes back; and at last somebody asks for the same work once more.
 */
export async function liveOnce(life: LabLife): Promise<void> {
  const { world } = life;
  let executors = 0;
  const nextExecutor = (): LabExecutor => {
    const name = String.fromCharCode('A'.charCodeAt(0) + executors++);
    if (executors > EXECUTORS_MAX) throw new Error(`still open after ${EXECUTORS_MAX} executors`);
    return new LabExecutor(name, life);
  };
  const toAnOutcome = async (first: (executor: LabExecutor) => Promise<Standstill>): Promise<void> => {
    let standstill = await first(nextExecutor());
    while (standstill !== 'done') {
      const executor = nextExecutor();
      world.tell(`the caller, without an answer, repeats its call at executor ${executor.name}`);
      standstill = await executor.request(CALL);
      if (standstill === 'done') standstill = await takeOver(executor);
    }
  };
  const takeOver = async (executor: LabExecutor): Promise<Standstill> => {
    if (!isOpenIn(life)) return 'done';
    world.nowMs += LEASE_MS;
    world.tell(`executor ${executor.name} takes over`);
    return executor.recover();
  };
  const everybodyBack = async (): Promise<void> => {
    while (await world.bringBack('at-the-end'));
    if (isOpenIn(life)) await toAnOutcome(takeOver);
    await ends(life);
  };

  world.tell('the caller calls executor A');
  await toAnOutcome((executor) => executor.request(CALL));
  await everybodyBack();
  // Where every call is new work, it would rightly be done anew.
  if (life.definition.policy.idempotency.mode === 'none') return;
  world.tell('somebody calls for the same work');
  await toAnOutcome((executor) => executor.request(ANOTHER_CALL));
  await everybodyBack();
}

function isOpenIn({ world }: LabLife): boolean {
  const { generation } = world.fold();
  return generation !== null && isOpen(generation);
}

/** Until no handler of this life goes on. */
async function ends({ world, handlerMs }: LabLife): Promise<void> {
  const all = Promise.all(world.running);
  if ((await within(handlerMs, all)) !== undefined) return;
  world.stuck = true;
  world.tell(`a call that was given up does not end within ${handlerMs} ms`);
  world.running.clear();
}
