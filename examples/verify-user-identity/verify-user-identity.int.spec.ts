import { performAction } from '@do-sdk/actions';
import type { Service } from '../call-service.js';
import { keepsItsPromise, neverDeniesItsWork } from '../idempotent-action.contract.js';
import { contextOf, triedWorld } from '../tried-action.contract.js';
import { verifyUserIdentityAction } from './index.js';

const tried = triedWorld();
const on = 'identity.begin-check';
const params = (number: number) => ({
  userId: `usr_${number}`,
  fullName: 'Ada Lovelace',
  documentNumber: 'C01X00T47',
  country: 'GB',
});
const make = (service: Service) => verifyUserIdentityAction(service, { pollMs: 0 });

describe('verify-user-identity', () => {
  keepsItsPromise(tried, { make, params, on });
  neverDeniesItsWork(tried, { make, params, on }, 'identity.check');

  it('of which nobody can say how it stands has been begun, and costs what it costs', async () => {
    tried.world.plan({ on: 'identity.check', kind: 'fail', status: 404 });
    expect(await tried.perform(make(tried.service), params(2))).toMatchObject({
      ok: false,
      effect: 'applied',
      retryable: false,
      error: { cause: { code: 'OUT_OF_ORDER', message: expect.stringContaining('the check was begun') } },
    });
  });

  it('says how it is: that somebody is not verified is a result, and no failure', async () => {
    const outcomes = [await tried.perform(make(tried.service), params(1), 'true')];
    const forged = { ...params(1), documentNumber: 'C01X00T40' };
    outcomes.push(await tried.perform(make(tried.service), forged, 'forged'));
    expect(outcomes).toEqual([
      { ok: true, result: { checkId: 'true', verified: true } },
      { ok: true, result: { checkId: 'forged', verified: false } },
    ]);
  });

  it('sends a heartbeat each time that the check goes on', async () => {
    let heartbeats = 0;
    const context = contextOf('slow', undefined, () => {
      heartbeats += 1;
    });
    expect(await performAction(make(tried.service), params(1), context)).toMatchObject({ ok: true });
    expect(heartbeats).toBe(2);
  });

  it('given up between two questions is open, and the check goes on under its name', async () => {
    const attempt = new AbortController();
    const context = contextOf('patient', attempt.signal, () => attempt.abort());
    const slow = verifyUserIdentityAction(tried.service, { pollMs: 60_000 });
    expect(await performAction(slow, params(1), context)).toMatchObject({ ok: false, effect: 'unknown' });
    expect(await tried.perform(make(tried.service), params(1), 'patient')).toMatchObject({ ok: true });
    expect(tried.world.effects(on).filter(({ checkId }) => checkId === 'patient')).toHaveLength(1);
  });
});
