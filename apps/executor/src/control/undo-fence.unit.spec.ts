import { type ActionContext, ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';

/** What one call of the author's undo does. @param by names the executor  @param attempt from 1 */
type Undo = (by: string, attempt: number, leases: LeaseWorld, context: ActionContext) => unknown;
type Options = { deadlineMs?: number; attemptTimeoutMs?: number; retry?: typeof often };

const often = { attemptsMax: 4, initialDelayMs: 20_000, delayMsMax: 20_000, factor: 1 };
const once = { attemptsMax: 1, initialDelayMs: 10, delayMsMax: 10, factor: 1 };
const fails: Undo = () => {
  throw new Error('not now');
};

/** Executors that share a log, with an execution at `e1` that succeeded; what they perform is noted in order. */
async function done(names: readonly string[], undo: Undo, more: Options = {}, slots = 4) {
  const calls: string[] = [];
  let world: LeaseWorld | undefined;
  const pay = (by: string) =>
    defineAction({
      ...{ name: 'pay', effects: 'idempotent', params: z.object({ id: z.string() }), result: z.any() },
      ...{ retry: often, attemptTimeoutMs: 60_000, deadlineMs: 600_000 },
      run: async ({ id }: { id: string }) => {
        calls.push(`${by} pays ${id}`);
        if (id.startsWith('slow')) await later(world, 10_000);
        return 'paid';
      },
      undo: async (_, __, context) => {
        calls.push(`${by} undoes ${context.attempt}`);
        if (world) await undo(by, context.attempt, world, context);
      },
      ...more,
    });
  const leases = await LeaseWorld.with(names, (by) => [pay(by)], { slots });
  world = leases;
  const { sim } = leases;
  const first = await sim.answer('e1', { action: 'pay', params: { id: 'x' } });
  const id = first.executionId ?? '';
  calls.splice(0);
  return {
    leases,
    sim,
    calls,
    id,
    undo: async (by = 'e1') => {
      const caller = await sim.order(by, 'undo', { id });
      await leases.world.settle();
      return caller;
    },
    /** All executors of these names at the same moment. @returns how many take it up */
    hintAll: async (...all: string[]) => {
      const streams = [...(await sim.streams()).keys()];
      const hinted = all.map((name) => sim.executor(name).recoverExecutions.recoverHinted(streams));
      await leases.world.settle();
      return (await Promise.all(hinted)).reduce((sum, { open }) => sum + open, 0);
    },
    /** What is recorded of the undo, with the attempt and who makes it, or why it failed. */
    undoEvents: async () => {
      const events = [...(await sim.streams()).values()].flat();
      return events
        .filter(({ type }) => type.startsWith('ActionUndo'))
        .map(({ type, data }) => {
          const { attempt, executor, error, nextAttemptAtMs } = data as Record<string, never>;
          const code = (error as { code?: string } | undefined)?.code;
          return [type.slice(6), attempt, executor ?? code, nextAttemptAtMs === null ? 'given up' : '']
            .filter((part) => part !== undefined && part !== '')
            .join(' ');
        });
    },
  };
}

const later = async (leases: LeaseWorld | undefined, ms: number): Promise<void> => {
  await new Promise<void>((resolve) => void leases?.world.process('outside').clock.after(ms, resolve));
};

describe('each attempt to undo is made by one executor (row 25)', () => {
  it('between two attempts too: of all that take it up after a death one makes the next', async () => {
    const { leases, sim, calls, undo, hintAll } = await done(['e1', 'e2', 'e3', 'e4'], (by) => {
      if (by === 'e1') throw new Error('not now');
    });
    await undo();
    sim.crash('e1');
    await leases.pass(2 * LEASE_MS);
    expect(await hintAll('e2', 'e3', 'e4')).toBe(3);
    await leases.pass(30_000);
    expect(calls).toEqual(['e1 undoes 1', expect.stringMatching(/^e[234] undoes 2$/)]);
    expect((await sim.recorded()).slice(-2)).toEqual(['ActionUndoStarted', 'ActionUndone']);
    for (const { admissions } of sim.live()) expect(admissions.size).toBe(0);
  });

  it('also where whoever was paused between two attempts comes back beside those that go on', async () => {
    const { leases, calls, undo, hintAll } = await done(['e1', 'e2'], (_, attempt) => {
      if (attempt < 4) throw new Error('not now');
    });
    await undo();
    leases.process('e1').pause();
    await leases.pass(2 * LEASE_MS);
    expect(await hintAll('e2')).toBe(1);
    leases.process('e1').goOn();
    await leases.pass(120_000);
    expect(calls.map((call) => call.slice(3))).toEqual([1, 2, 3, 4].map((attempt) => `undoes ${attempt}`));
  });

  it('and taken over from the dead once, however many are told at the same moment', async () => {
    const ends: (() => void)[] = [];
    const hangs: Undo = () => new Promise<void>((end) => void ends.push(end));
    const { leases, sim, calls, undo, hintAll, undoEvents } = await done(['e1', 'e2', 'e3', 'e4'], hangs, {
      retry: once,
    });
    await undo();
    sim.crash('e1');
    await leases.pass(2 * LEASE_MS);
    await hintAll('e2', 'e3', 'e4');
    expect(calls).toHaveLength(2);
    for (const end of ends) end();
    await leases.pass(1_000);
    expect(await undoEvents()).toEqual([
      ...['UndoRequested', 'UndoStarted 1 e1', 'UndoFailed 1 LEASE_LOST'],
      ...[expect.stringMatching(/^UndoStarted 2 e[234]$/), 'Undone'],
    ]);
  });

  it('and not taken from whoever beats again by the time that there is a slot', async () => {
    const hangs: Undo = () => new Promise<void>(() => {});
    const { leases, sim, calls, undo, hintAll } = await done(['e1', 'e2'], hangs, {}, 1);
    await undo();
    leases.process('e1').pause();
    await sim.ask('e2', { action: 'pay', params: { id: 'slow' } });
    await leases.pass(2 * LEASE_MS);
    expect(await hintAll('e2')).toBe(1);
    leases.process('e1').goOn();
    await leases.pass(10_000);
    expect(calls).toEqual(['e1 undoes 1', 'e2 pays slow']);
  });
});

describe('an undo that was done meanwhile', () => {
  it('is not called by whoever waited for a slot to take it up, also not behind the next generation', async () => {
    const { leases, sim, calls, undo, hintAll, id } = await done(['e1', 'e2', 'e3'], () => {}, {}, 1);
    await sim.ask('e1', { action: 'pay', params: { id: 'slow' } });
    await undo();
    await sim.ask('e3', { action: 'pay', params: { id: 'slow too' } });
    await leases.world.settle();
    sim.crash('e1');
    await leases.pass(2 * LEASE_MS);
    expect(await hintAll('e3', 'e2')).toBeGreaterThan(0);
    await leases.pass(100);
    const again = await sim.answer('e2', { action: 'pay', params: { id: 'x' } });
    expect(again.json.execution?.generation).toBe(2);
    await leases.pass(60_000);
    expect(calls.filter((call) => call.includes('undoes'))).toEqual(['e2 undoes 1']);
    expect(id).not.toBe(again.executionId);
  });

  it('is not called by whoever learns late that the next attempt is theirs', async () => {
    const slow: Undo = (_, __, leases) => later(leases, 1_500);
    const { leases, sim, calls, undo } = await done(['e1'], slow, { attemptTimeoutMs: 1_000, retry: once });
    await undo();
    const { world } = leases;
    const isHeld = ({ kind, what }: (typeof world.steps)[number]) =>
      kind === 'answer' && what.includes('ActionUndoStarted');
    while (!(await sim.recorded()).includes('ActionUndone')) {
      const step = world.steps.find((candidate) => !isHeld(candidate));
      await (step ? world.release(step) : world.tick());
    }
    expect(world.steps.filter(isHeld)).toHaveLength(1);
    await leases.pass(5_000);
    expect(calls).toEqual(['e1 undoes 1']);
    expect((await sim.recorded()).slice(3)).toEqual([
      ...[
        'ActionUndoRequested',
        'ActionUndoStarted',
        'ActionUndoFailed',
        'ActionUndoStarted',
        'ActionUndone',
      ],
    ]);
    expect(sim.executor('e1').admissions.size).toBe(0);
  });
});

describe('an undo that was given up', () => {
  it('counts where its last attempt undid it after all', async () => {
    const slow: Undo = async (_, attempt, leases) => later(leases, attempt < 3 ? 1e9 : 1_500);
    const { leases, sim, undo, undoEvents, id } = await done(['e1'], slow, {
      ...{ attemptTimeoutMs: 1_000, retry: once },
    });
    const caller = await undo();
    await leases.pass(20_000);
    expect(sim.replies.find((reply) => reply.caller === caller)).toMatchObject({
      code: 'COMPENSATION_FAILED',
      json: { effect: 'unknown', detail: expect.stringContaining('may have been undone') },
    });
    expect((await undoEvents()).slice(-2)).toEqual(['UndoFailed 3 TIMED_OUT given up', 'Undone']);
    const again = await sim.answer('e1', { action: 'pay', params: { id: 'x' } });
    expect(again).toMatchObject({ how: 'executed', json: { execution: { generation: 2 } } });
    expect(id).not.toBe(again.executionId);
  });

  it('is told as undoing nothing only where every attempt said so', async () => {
    const harmless: Undo = () => {
      throw new ActionError({ code: 'NO', message: 'refused', effect: 'none', retryable: false });
    };
    const { sim, id } = await done(['e1'], harmless);
    expect(await sim.ordered('e1', 'undo', { id })).toMatchObject({
      json: {
        effect: 'applied',
        detail: expect.stringContaining('What was done stands'),
        execution: { undo: { status: 'failed', attempts: 1, effect: 'none' } },
      },
    });
    const again = await sim.answer('e1', { action: 'pay', params: { id: 'x' } });
    expect(again.json.execution?.undo).toMatchObject({ status: 'failed', effect: 'none' });
  });

  it('because its deadline passed while it waited for a slot was never called', async () => {
    const { leases, sim, calls, undo, undoEvents } = await done(['e1'], fails, { deadlineMs: 5_000 }, 1);
    await sim.ask('e1', { action: 'pay', params: { id: 'slow' } });
    await undo();
    await leases.pass(11_000);
    expect(calls).toEqual(['e1 pays slow']);
    expect(await undoEvents()).toEqual(['UndoRequested', 'UndoFailed 0 TIMED_OUT given up']);
  });
});

it('an undo is not called where the deadline passed while it was recorded that an attempt begins', async () => {
  const { leases, sim, calls, id, undoEvents } = await done(['e1'], fails, { deadlineMs: 5_000 });
  const { world } = leases;
  await sim.order('e1', 'undo', { id });
  const untilMs = world.nowMs + 5_000;
  while (world.nowMs < untilMs) {
    const step = world.steps.find(
      ({ kind, what }) => kind !== 'answer' || !what.includes('ActionUndoStarted'),
    );
    await (step ? world.release(step) : world.tick());
  }
  await leases.pass(1_000);
  expect(calls).toEqual([]);
  expect(await undoEvents()).toEqual([
    ...['UndoRequested', 'UndoStarted 1 e1', 'UndoFailed 1 TIMED_OUT given up'],
  ]);
});

describe('a stop', () => {
  it('uses up no attempt of an undo that nobody ever called', async () => {
    const names = ['e1', 'e2', 'e3', 'e4'];
    const { leases, sim, calls, undo, hintAll, undoEvents } = await done(names, () => {}, {}, 1);
    for (const name of ['e1', 'e2', 'e3'])
      await sim.ask(name, { action: 'pay', params: { id: `slow at ${name}` } });
    await undo();
    for (const name of ['e1', 'e2', 'e3']) {
      const stopped = sim.executor(name).stop(0);
      await leases.pass(10);
      await stopped;
      await hintAll(...names.slice(names.indexOf(name) + 1));
    }
    await leases.pass(15_000);
    expect(calls.filter((call) => call.includes('undoes'))).toEqual(['e4 undoes 1']);
    expect(await undoEvents()).toEqual(['UndoRequested', 'UndoStarted 1 e4', 'Undone']);
  });

  it('that leaves an attempt to undo names its execution, and hands it over at once', async () => {
    const hangs: Undo = (by) => (by === 'e1' ? new Promise<void>(() => {}) : undefined);
    const { leases, sim, calls, undo, hintAll, id } = await done(['e1', 'e2'], hangs);
    await undo();
    const stopped = sim.executor('e1').stop(50);
    await leases.pass(100);
    expect(await stopped).toEqual([id]);
    expect(await hintAll('e2')).toBe(1);
    expect(calls).toEqual(['e1 undoes 1', 'e2 undoes 2']);
  });
});

it('an attempt to undo that was taken over is told to stop, once its executor finds out', async () => {
  const aborted: string[] = [];
  const hangs: Undo = (by, _, __, { signal }) => {
    if (by !== 'e1') return undefined;
    return new Promise<void>((end) => {
      signal.addEventListener('abort', () => {
        aborted.push(String(signal.reason));
        end();
      });
    });
  };
  const { leases, undo, hintAll } = await done(['e1', 'e2'], hangs);
  await undo();
  leases.process('e1').pause();
  await leases.pass(2 * LEASE_MS);
  expect(await hintAll('e2')).toBe(1);
  leases.process('e1').goOn();
  await leases.pass(LEASE_MS);
  expect(aborted).toEqual(['Error: another executor has taken the undo over']);
});
