import { until } from '@action-do/test-support';
import { ForeignViews, ViewsInUse, ViewsUnavailable } from '@action-do/views';
import { followerWorld } from '../testing/follower-world.contract.js';

const MINUTE = 60_000;

/** A follower whose views cannot be opened, or can where `error` is null, and how it stands so long after its start. */
async function conditions(error: Error | null, word: string) {
  const beginMs = Date.now();
  const { log, views } = followerWorld();
  const openWriter = async () => {
    if (error) throw error;
    return views;
  };
  const { follower, stop, run } = followerWorld({
    views: { openWriter, openReader: async () => views },
    log,
    standsBy: true,
  });
  const running = run();
  await until('it stands so', () => follower.condition.at(beginMs).word === word);
  const [soon, late] = [
    follower.condition.at(beginMs + MINUTE),
    follower.condition.at(Date.now() + MINUTE + 1),
  ];
  await stop(running);
  return [soon.ready, late.ready];
}

describe('how a follower stands', () => {
  it.each<[string, Error | null, boolean[]]>([
    ['following', null, [true, true]],
    ['standing-by', new ViewsInUse('memory'), [true, true]],
    ['not-following', new ViewsUnavailable('memory', 'down'), [true, false]],
    ['undecided', new ForeignViews('memory', 'other', 'k7wq'), [true, false]],
  ])('%s is told, and whether that is ready for a minute, and after it', async (word, error, expected) => {
    expect(await conditions(error, word)).toEqual(expected);
  });
});
