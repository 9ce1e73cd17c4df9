import { TenantName } from '@action-do/contracts';
import { NOTHING_REGISTERED } from '@action-do/domain';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus } from '../testing/sim-worker.contract.js';
import { type Folded, KEPT_WEIGHT_MAX, KeptStates, TENANT_WEIGHT_MAX } from './kept-states.js';

/** An action with one version whose contract takes a share of what a tenant may keep. */
function folded(revision: bigint, share = 0): Folded {
  const paramsJsonSchema = { type: 'object', description: 'x'.repeat(Math.floor(TENANT_WEIGHT_MAX * share)) };
  const standing = { registered: onTheBus({}, { paramsJsonSchema }), retired: null };
  return { state: { revision, versions: new Map([[1, standing]]) }, lastEventId: `${revision}` };
}

describe('what is kept of the streams of actions', () => {
  it('is the furthest that was read, however reads cross', () => {
    const kept = new KeptStates();
    const [older, newer] = [folded(4n), folded(5n)];
    kept.keep(TENANT, 'a', newer);
    kept.keep(TENANT, 'a', older);
    expect(kept.get('a')).toMatchObject(newer);
  });

  it('is not what nobody registered', () => {
    const kept = new KeptStates();
    kept.keep(TENANT, 'a', { state: { ...NOTHING_REGISTERED, revision: 3n }, lastEventId: '3' });
    expect(kept.get('a')).toBeNull();
  });

  it('weighs so much at most of one tenant: what was asked for longest ago goes first', () => {
    const kept = new KeptStates();
    const third = folded(1n, 0.3);
    for (const stream of ['a', 'b', 'c', 'a', 'd']) kept.keep(TENANT, stream, third);
    expect(['a', 'b', 'c', 'd'].filter((stream) => kept.get(stream) !== null)).toEqual(['a', 'c', 'd']);
    // As large as two of them.
    kept.keep(TENANT, 'e', folded(1n, 0.6));
    expect(['a', 'c', 'd', 'e'].filter((stream) => kept.get(stream) !== null)).toEqual(['d', 'e']);
  });

  it('of one tenant takes the place of no other’s, until there are too many tenants', () => {
    const kept = new KeptStates();
    const third = folded(1n, 0.3);
    kept.keep(TENANT, 'mine', third);
    const greedy = TenantName.parse('greedy');
    for (const stream of ['a', 'b', 'c', 'd', 'e']) kept.keep(greedy, stream, third);
    expect(['mine', 'a', 'b', 'c', 'd', 'e'].map((stream) => kept.get(stream) !== null)).toEqual([
      true,
      false,
      false,
      true,
      true,
      true,
    ]);
    const many = Math.floor(KEPT_WEIGHT_MAX / (TENANT_WEIGHT_MAX * 0.3));
    for (let number = 0; number < many; number++)
      kept.keep(TenantName.parse(`t${number}`), `of ${number}`, third);
    expect(['mine', 'c', 'd', 'e'].filter((stream) => kept.get(stream) !== null)).toEqual([]);
    expect(kept.get('of 0')).not.toBeNull();
  });

  it('is nothing that is too large by itself, and nothing has to go for it', () => {
    const kept = new KeptStates();
    kept.keep(TENANT, 'a', folded(1n));
    kept.keep(TENANT, 'b', folded(1n, 1));
    expect([kept.get('a') === null, kept.get('b') === null]).toEqual([false, true]);
  });

  it('weighs nothing any more once it is forgotten, or another stands in its place', () => {
    const kept = new KeptStates();
    const large = folded(1n, 0.9);
    kept.keep(TENANT, 'a', large);
    kept.keep(TENANT, 'a', folded(2n));
    kept.keep(TENANT, 'b', large);
    kept.forget('b');
    kept.keep(TENANT, 'c', large);
    expect(['a', 'b', 'c'].map((stream) => kept.get(stream)?.state.revision)).toEqual([2n, undefined, 1n]);
  });
});
