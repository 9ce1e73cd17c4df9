import { actionStream, RecoverHint } from '@action-do/contracts';
import { until } from '@action-do/test-support';
import { ACME, appendKey, followerWorld } from '../testing/follower-world.contract.js';
import { scopeOf } from '../testing/histories.contract.js';

const stream = actionStream(ACME, scopeOf(1));

/** A follower of views in which an attempt runs at `e1`, with a timeout far away. */
async function whileE1Runs() {
  let living: readonly string[] | null = null;
  let asked = 0;
  const world = followerWorld({
    peers: {
      living: () => {
        asked++;
        return living;
      },
    },
  });
  const row = { executionId: 'x', stream, dueAtMs: Date.now() + 3_600_000, executor: 'e1' };
  world.views.open.set(row.executionId, row);
  await appendKey(world.log, 'a');
  const running = world.run();
  const hinted = () => world.published.flatMap(({ text }) => RecoverHint.parse(JSON.parse(text)).streams);
  /** The follower has looked once more, and acted on it. */
  const looks = async (): Promise<void> => {
    const before = asked;
    await until('it has looked twice', () => asked > before + 1);
  };
  return {
    hinted,
    looks,
    lives: (names: readonly string[] | null): void => {
      living = names;
    },
    end: () => world.stop(running),
  };
}

describe('what an executor left behind', () => {
  it('is named once it is known to be dead, and not while it lives or nobody knows', async () => {
    const { hinted, looks, lives, end } = await whileE1Runs();
    await looks();
    lives(['e1', 'e2']);
    await looks();
    expect(hinted()).toEqual([]);
    lives(['e2']);
    await until('it is named', () => hinted().length > 0);
    expect(hinted()[0]).toBe(stream);
    await end();
  });

  it('is not looked for where there are no other executors', async () => {
    const world = followerWorld();
    const asked: string[] = [];
    world.views.heldByOthers = async () => {
      asked.push('left');
      return [];
    };
    world.views.due = async () => {
      asked.push('due');
      return [];
    };
    await appendKey(world.log, 'a');
    const running = world.run();
    await until('it looks what is due', () => asked.length > 0);
    await world.stop(running);
    expect(new Set(asked)).toEqual(new Set(['due']));
  });
});
