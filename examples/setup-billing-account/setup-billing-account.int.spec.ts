import { keepsItsPromise, neverDeniesItsWork } from '../idempotent-action.contract.js';
import { triedWorld } from '../tried-action.contract.js';
import { setupBillingAccountAction } from './index.js';

const tried = triedWorld();
const on = 'billing.open-account';
const params = (number: number) => ({ userId: `usr_${number}`, plan: 'team' });
const action = () => setupBillingAccountAction(tried.service);

describe('setup-billing-account', () => {
  keepsItsPromise(tried, { make: setupBillingAccountAction, params, on });
  neverDeniesItsWork(tried, { make: setupBillingAccountAction, params, on }, 'billing.set-plan');

  it('whose second step is refused says that something was done', async () => {
    expect(await tried.perform(action(), { ...params(1), plan: 'founders' })).toMatchObject({
      ok: false,
      effect: 'applied',
      retryable: false,
      error: { cause: { code: 'PLAN_NOT_SOLD', message: expect.stringContaining('the account is open') } },
    });
    expect(tried.world.effects(on).filter(({ userId }) => userId === 'usr_1')).toHaveLength(1);
  });

  it('whose second step fails or is lost goes on in the next attempt where the first one came to', async () => {
    for (const [kind, number] of [
      ['fail', 2],
      ['lose', 3],
      ['hang', 4],
    ] as const) {
      const key = tried.freshKey();
      if (kind === 'hang') await tried.giveUpHanging(action(), params(number), 'billing.set-plan', key);
      else {
        tried.world.plan({ on: 'billing.set-plan', kind });
        expect(await tried.perform(action(), params(number), key)).toMatchObject({ effect: 'unknown' });
      }
      expect(await tried.perform(action(), params(number), key)).toMatchObject({ ok: true });
      const ofUser = (what: string) =>
        tried.world.effects(what).filter(({ userId }) => userId === `usr_${number}`).length;
      expect([ofUser(on), ofUser('billing.set-plan')]).toEqual([1, 1]);
    }
  });

  it('of a user who has an account is refused with effect none', async () => {
    await tried.perform(action(), params(5), 'mine');
    expect(await tried.perform(action(), { ...params(5), plan: 'free' }, 'other')).toMatchObject({
      ok: false,
      effect: 'none',
      error: { cause: { code: 'ACCOUNT_EXISTS' } },
    });
  });

  it('is closed by its undo, and never an account that the user got since', async () => {
    const opened = await tried.perform(action(), params(6), 'first');
    const undo = () => tried.undo(action(), params(6), opened.ok ? opened.result : null);
    expect(await undo()).toEqual({ ok: true, result: null });
    expect(await tried.perform(action(), params(6), 'second')).toMatchObject({ ok: true });
    expect(await undo()).toEqual({ ok: true, result: null });
    expect(tried.countOf('billing.close-account')).toBe(1);
  });
});
