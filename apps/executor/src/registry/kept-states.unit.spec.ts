import { NOTHING_REGISTERED, type RegistryState } from '@action-do/domain';
import { onTheBus } from '../testing/sim-worker.contract.js';
import { KEPT_CHARACTERS_MAX, KeptStates } from './kept-states.js';

/** An action with one version whose contract takes a share of what is kept. */
function state(revision: bigint, share = 0): RegistryState {
  const paramsJsonSchema = {
    type: 'object',
    description: 'x'.repeat(Math.floor(KEPT_CHARACTERS_MAX * share)),
  };
  return {
    revision,
    versions: new Map([[1, { registered: onTheBus({}, { paramsJsonSchema }), retired: null }]]),
  };
}

describe('what is kept of the streams of actions', () => {
  it('is the furthest that was read, however reads cross', () => {
    const kept = new KeptStates();
    const [older, newer] = [state(4n), state(5n)];
    kept.keep('a', newer);
    kept.keep('a', older);
    expect(kept.get('a')).toBe(newer);
  });

  it('is not what nobody registered', () => {
    const kept = new KeptStates();
    kept.keep('a', { ...NOTHING_REGISTERED, revision: 3n });
    expect(kept.get('a')).toBe(NOTHING_REGISTERED);
  });

  it('weighs so much at most: what was asked for longest ago goes first', () => {
    const kept = new KeptStates();
    const third = state(1n, 0.3);
    for (const stream of ['a', 'b', 'c', 'a']) kept.keep(stream, third);
    kept.keep('d', third);
    expect(['a', 'b', 'c', 'd'].filter((stream) => kept.get(stream) === third)).toEqual(['a', 'c', 'd']);
    // As large as two of them.
    kept.keep('e', state(1n, 0.6));
    expect(['a', 'c', 'd'].filter((stream) => kept.get(stream) === third)).toEqual(['d']);
  });

  it('is nothing that is too large by itself, and nothing has to go for it', () => {
    const kept = new KeptStates();
    const small = state(1n);
    kept.keep('a', small);
    kept.keep('b', state(1n, 1));
    expect([kept.get('a'), kept.get('b')]).toEqual([small, NOTHING_REGISTERED]);
  });

  it('weighs nothing any more once it is forgotten, or another stands in its place', () => {
    const kept = new KeptStates();
    const large = state(1n, 0.9);
    kept.keep('a', large);
    kept.keep('a', state(2n));
    kept.keep('b', large);
    kept.forget('b');
    kept.keep('c', large);
    expect([kept.get('a').revision, kept.get('b').revision, kept.get('c').revision]).toEqual([2n, -1n, 1n]);
  });
});
