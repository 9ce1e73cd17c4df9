import { freePort } from '@action-do/local-servers';
import { serviceAt } from '../call-service.js';
import { triedWorld } from '../tried-action.contract.js';
import { chargeCardAction } from './index.js';

const tried = triedWorld();
const params = { cardToken: 'tok_visa', amountCents: 990 };
const on = 'cards.charge';
const action = () => chargeCardAction(tried.service);
const probe = (key: string) => tried.probe(action(), params, key);

describe('charge-card', () => {
  it('charges once for a call, and the probe finds that again', async () => {
    const charged = await tried.perform(action(), params, 'order-17');
    expect(charged).toEqual({ ok: true, result: { chargeId: 'ch_1', amountCents: 990 } });
    expect(await probe('order-17')).toEqual({
      state: 'applied',
      result: { chargeId: 'ch_1', amountCents: 990 },
    });
    expect(await probe('order-18')).toEqual({ state: 'not-applied' });
  });

  it('is not idempotent: told twice, the card service charges twice', async () => {
    await tried.perform(action(), params, 'twice');
    await tried.perform(action(), params, 'twice');
    expect(tried.world.effects(on).filter(({ reference }) => reference === 'twice')).toHaveLength(2);
  });

  it('of which the answer is lost leaves it open, and the probe knows that it is charged', async () => {
    tried.world.plan({ on, kind: 'lose' });
    expect(await tried.perform(action(), params, 'lost')).toMatchObject({
      ok: false,
      effect: 'unknown',
      retryable: true,
      error: { cause: { code: 'ANSWER_LOST' } },
    });
    expect(await probe('lost')).toMatchObject({ state: 'applied', result: { amountCents: 990 } });
  });

  it('which fails or hangs leaves it open, and the probe knows that nothing is charged', async () => {
    tried.world.plan({ on, kind: 'fail' });
    expect(await tried.perform(action(), params, 'failed')).toMatchObject({
      effect: 'unknown',
      error: { cause: { code: 'SERVICE_FAILED' } },
    });
    expect(await tried.giveUpHanging(action(), params, on, 'hung')).toMatchObject({
      effect: 'unknown',
      retryable: true,
    });
    for (const key of ['failed', 'hung']) expect(await probe(key)).toEqual({ state: 'not-applied' });
  });

  it('has a probe that does not guess: where the card service does not tell, it is unknown', async () => {
    tried.world.plan({ on: 'cards.find', kind: 'fail' });
    expect(await probe('order-17')).toEqual({ state: 'unknown' });
  });

  it.each([
    ['of a declined card', { ...params, cardToken: 'tok_declined' }, 'CARD_DECLINED'],
    ['of a token that is none', { ...params, cardToken: '4111' }, 'CARD_UNKNOWN'],
  ])('%s is refused with effect none, for good', async (_what, given, code) => {
    const before = tried.countOf(on);
    expect(await tried.perform(action(), given)).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: { cause: { code } },
    });
    expect(tried.countOf(on)).toBe(before);
  });

  it('says that nothing happened where nobody answers', async () => {
    const nowhere = chargeCardAction(serviceAt(`http://127.0.0.1:${await freePort()}`));
    expect(await tried.perform(nowhere, params)).toMatchObject({ effect: 'none', retryable: true });
  });

  it('is refunded by its undo, once however often that is repeated', async () => {
    const charged = await tried.perform(action(), params);
    const result = charged.ok ? charged.result : null;
    for (const _repeat of [1, 2])
      expect(await tried.undo(action(), params, result)).toEqual({ ok: true, result: null });
    expect(tried.countOf('cards.refund')).toBe(1);
  });

  it('charges once, wherever its process or the platform dies, as long as no call lands behind the probe', async () => {
    const report = await tried.lab(chargeCardAction(tried.mortalService), params, on);
    report.assertKept();
    expect(report.lives.length).toBeGreaterThan(15);
    expect(report.lives.some(({ outcome }) => outcome === 'succeeded, by probe')).toBe(true);
  });

  it('keeps the card token out of what people are shown', () => {
    const { properties } = action().paramsJsonSchema as { properties?: { cardToken?: unknown } };
    expect(properties?.cardToken).toMatchObject({ sensitive: true });
  });
});
