import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { Deployment, REASON, RESULT, ref, versionOf } from '../testing/deployment.contract.js';
import { action } from '../testing/one-executor.contract.js';
import type { Reply } from '../testing/sim-executors.contract.js';

const resultIn = ({ body }: Reply): string => body.slice(0, body.indexOf(',"execution":'));

/** What is done between a call at `old` and its repeat at whoever is named. */
type Release = (deployment: Deployment) => Promise<string>;

const RELEASES: [string, Release][] = [
  [
    'version 2 is released beside it',
    async (deployment) => {
      await deployment.start('new', deployment.own('pay', 1), deployment.own('pay', 2));
      return 'new';
    },
  ],
  [
    'version 2 is released, and nobody has the old one any more',
    async (deployment) => {
      deployment.sim.crash('old');
      await deployment.start('new', deployment.own('pay', 2));
      return 'new';
    },
  ],
  [
    'version 2 is registered for workers',
    async (deployment) => {
      await deployment.register('old', 2);
      deployment.worker(2);
      return 'old';
    },
  ],
  [
    'a param with a default is added to the same version',
    async (deployment) => {
      const params = z.object({
        id: z.string(),
        note: z.string().default('none'),
        currency: z.string().default('EUR'),
      });
      const run = () => {
        throw new Error('it was done before');
      };
      const undo = () => {};
      const changed = defineAction({
        name: 'pay',
        effects: 'idempotent',
        params,
        result: z.any(),
        run,
        undo,
      });
      deployment.sim.crash('old');
      await deployment.start('new', changed);
      return 'new';
    },
  ],
  [
    'it is offered under another name from now on',
    async (deployment) => {
      deployment.sim.crash('old');
      await deployment.start('new', deployment.own('charge', 1));
      await deployment.retire('new', 'pay', 1, ref('charge', 1));
      return 'new';
    },
  ],
  [
    'it is retired',
    async (deployment) => {
      await deployment.retire('old', 'pay', 1);
      return 'old';
    },
  ],
  [
    'it is retired through another executor',
    async (deployment) => {
      await deployment.start('new', deployment.own('pay', 1));
      await deployment.retire('new', 'pay', 1);
      return 'old';
    },
  ],
  [
    'it is retired, version 2 is there, and its executor starts once more',
    async (deployment) => {
      await deployment.register('old', 2);
      await deployment.retire('old', 'pay', 1);
      deployment.sim.crash('old');
      await deployment.start('new', deployment.own('pay', 1));
      return 'new';
    },
  ],
  [
    'workers perform it from now on',
    async (deployment) => {
      deployment.sim.crash('old');
      await deployment.start('new');
      await deployment.register('new', 1);
      deployment.worker(1);
      return 'new';
    },
  ],
];

describe('between a call and its repeat', () => {
  const ways = ['here', 'on the bus'] as const;

  it.each(ways.flatMap((way) => RELEASES.map(([what, release]) => [what, way, release] as const)))(
    '%s, and it was performed %s: one effect, and the stored result, byte for byte',
    async (_, way, release) => {
      const deployment = await Deployment.with();
      await deployment.start('old', ...(way === 'here' ? [deployment.own('pay', 1)] : []));
      if (way === 'on the bus') {
        await deployment.register('old', 1);
        deployment.worker(1);
      }
      const calls = [{}, { key: 'k1', params: { id: 'y' } }, { version: 1, params: { id: 'z' } }];
      const given = () => structuredClone(calls);
      const first = [];
      for (const call of given()) first.push(await deployment.call('old', call));
      expect(deployment.effects).toEqual(calls.map(() => `pay@1 ${way}`));
      const at = await release(deployment);
      for (const [number, call] of given().entries()) {
        const repeat = await deployment.call(at, call);
        expect([repeat.how, repeat.executionId, versionOf(repeat)]).toEqual([
          'replayed',
          first[number]?.executionId,
          1,
        ]);
        expect(resultIn(repeat)).toBe(resultIn(first[number] as Reply));
        expect(resultIn(repeat)).toBe(`{"result":${JSON.stringify(RESULT)}`);
      }
      expect([deployment.effects.length, (await deployment.sim.streams()).size]).toEqual([3, 3]);
    },
  );

  it('a key that was used with other params is refused as such, whatever was retired since', async () => {
    const deployment = await Deployment.with();
    await deployment.start('old', deployment.own('pay', 1));
    await deployment.call('old', { key: 'k1' });
    await deployment.retire('old', 'pay', 1);
    expect(await deployment.call('old', { key: 'k1', params: { id: 'other' } })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      json: { issues: [{ path: 'params.id' }] },
    });
  });
});

describe('a retired version', () => {
  it.each([
    ['the one that is named', ref('charge', 1), 'Call charge@1 instead.'],
    ['the newest that is left', undefined, 'Call pay@2 instead.'],
  ])('refuses new work with 410 and the successor, and records nothing: %s', async (_, successor, said) => {
    const deployment = await Deployment.with();
    const [pay1, pay2, charge] = [
      deployment.own('pay', 1),
      deployment.own('pay', 2),
      deployment.own('charge', 1),
    ];
    for (const name of ['e1', 'e2']) await deployment.start(name, pay1, pay2, charge);
    await deployment.retire('e1', 'pay', 1, successor);
    for (const at of ['e1', 'e2']) {
      const refused = await deployment.call(at, { version: 1 });
      expect([refused.code, refused.how, refused.json.effect, refused.json.newKeySafe]).toEqual([
        'ACTION_RETIRED',
        'rejected',
        'none',
        true,
      ]);
      expect(refused.json.detail).toBe(`pay@1 takes no new work any more (${REASON}). ${said}`);
    }
    expect((await deployment.sim.streams()).size).toBe(0);
    expect(versionOf(await deployment.call('e2'))).toBe(2);
  });

  it.each([true, false])(
    'is known to other executors at once where they are told, else after a second: %s',
    async (told) => {
      const deployment = await Deployment.with();
      for (const name of ['e1', 'e2']) await deployment.start(name, deployment.own('pay', 1));
      await deployment.call('e2', { params: { id: 'a' } });
      deployment.leases.bus.isReachable = told;
      await deployment.retire('e1', 'pay', 1);
      const atOnce = await deployment.call('e2', { params: { id: 'b' } });
      expect(atOnce.code).toBe(told ? 'ACTION_RETIRED' : undefined);
      await deployment.leases.pass(1_000);
      expect((await deployment.call('e2', { params: { id: 'c' } })).code).toBe('ACTION_RETIRED');
    },
  );

  it('does not hide the next one, however fresh what was seen before', async () => {
    const deployment = await Deployment.with();
    for (const name of ['e1', 'e2']) await deployment.start(name, deployment.own('pay', 1));
    await deployment.retire('e1', 'pay', 1);
    expect((await deployment.call('e2')).code).toBe('ACTION_RETIRED');
    deployment.leases.bus.isReachable = false;
    await deployment.register('e1', 2);
    deployment.leases.bus.isReachable = true;
    deployment.worker(2);
    expect(versionOf(await deployment.call('e2'))).toBe(2);
  });

  it('that made a piece of work of each version, or wants a key, answers what was done as it always did', async () => {
    const deployment = await Deployment.with();
    const mode = 'key-required' as const;
    const run = () => 'done';
    const idempotency = { mode, perVersion: true };
    await deployment.start(
      'e1',
      action('pay', run, { idempotency }),
      action('pay', run, { version: 2, idempotency }),
    );
    const first = await deployment.call('e1', { version: 1, key: 'k' });
    await deployment.call('e1', { version: 2, key: 'k2' });
    for (const version of [1, 2]) await deployment.retire('e1', 'pay', version);
    const repeat = await deployment.call('e1', { version: 1, key: 'k' });
    expect([repeat.how, repeat.executionId]).toEqual(['replayed', first.executionId]);
    // A call that names no version never was a piece of work here.
    for (const call of [{ version: 2, key: 'k' }, { key: 'k2' }, { version: 1 }, {}])
      expect((await deployment.call('e1', call)).code).toBe('ACTION_RETIRED');
  });

  it('does not do anew what failed, though another version would', async () => {
    const deployment = await Deployment.with();
    let fails = true;
    const run = () => {
      if (fails) throw new Error('not now');
      return 'done';
    };
    const retry = { attemptsMax: 1 };
    await deployment.start('e1', action('pay', run, { retry }), action('pay', run, { version: 2, retry }));
    expect((await deployment.call('e1', { version: 1 })).code).toBe('ACTION_FAILED');
    await deployment.retire('e1', 'pay', 1);
    fails = false;
    expect((await deployment.call('e1', { version: 1 })).code).toBe('ACTION_RETIRED');
    expect((await deployment.call('e1')).json).toMatchObject({ result: 'done' });
  });
});
