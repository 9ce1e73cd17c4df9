import { triedWorld } from '../tried-action.contract.js';
import { enrichUserProfileAction } from './index.js';

const tried = triedWorld();
const on = 'enrichment.profile';
const params = { email: 'ada@acme.example' };
const action = () => enrichUserProfileAction(tried.service);

describe('enrich-user-profile', () => {
  it('tells what is known, and the same again', async () => {
    const profile = { ok: true, result: { company: 'Acme', employees: 40, industry: 'software' } };
    for (const _repeat of [1, 2]) expect(await tried.perform(action(), params, 'same')).toEqual(profile);
    expect(tried.world.effects()).toEqual([]);
  });

  it.each([
    ['fails', 'fail', 'SERVICE_FAILED'],
    ['loses its answer', 'lose', 'ANSWER_LOST'],
  ])('of a service that %s has no effect, and may be tried again', async (_what, kind, code) => {
    tried.world.plan({ on, kind });
    expect(await tried.perform(action(), params)).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: true,
      error: { cause: { code } },
    });
    expect(await tried.perform(action(), params)).toMatchObject({ ok: true });
  });

  it('of a service that is overloaded (429) may be tried again', async () => {
    tried.world.plan({ on, kind: 'fail', status: 429 });
    expect(await tried.perform(action(), params)).toMatchObject({ effect: 'none', retryable: true });
  });

  it('given up while the service is silent has no effect', async () => {
    expect(await tried.giveUpHanging(action(), params, on)).toMatchObject({
      effect: 'none',
      retryable: true,
    });
  });

  it('of somebody whom nobody knows fails for good', async () => {
    expect(await tried.perform(action(), { email: 'x@nobody.example' })).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: { cause: { code: 'PROFILE_UNKNOWN' } },
    });
  });

  it('only reads, wherever its process or the platform dies', async () => {
    const report = await tried.lab(enrichUserProfileAction(tried.mortalService), params, '');
    report.assertKept();
    expect(report.lives.length).toBeGreaterThan(15);
  });

  it('answers for a day, not for ever', () => {
    expect(action().policy.idempotency).toMatchObject({ mode: 'params', windowMs: 86_400_000 });
  });
});
