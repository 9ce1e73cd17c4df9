import { keepsItsPromise } from '../idempotent-action.contract.js';
import { triedWorld } from '../tried-action.contract.js';
import { sendInvoiceAction } from './index.js';

const tried = triedWorld();
const params = (number: number) => ({
  customerId: `cus_${number}`,
  amountCents: 990,
  email: 'ada@acme.example',
});

describe('send-invoice', () => {
  keepsItsPromise(tried, { make: sendInvoiceAction, params, on: 'billing.create-invoice' });

  it('under a key that stands for another invoice is refused, and nothing is created', async () => {
    const action = sendInvoiceAction(tried.service);
    await tried.perform(action, params(1), 'same');
    const before = tried.countOf('billing.create-invoice');
    expect(await tried.perform(action, params(2), 'same')).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: { cause: { code: 'KEY_REUSED' } },
    });
    expect(tried.countOf('billing.create-invoice')).toBe(before);
  });

  it('is cancelled by its undo, once however often that is repeated', async () => {
    const action = sendInvoiceAction(tried.service);
    const sent = await tried.perform(action, params(3));
    const result = sent.ok ? sent.result : null;
    tried.world.plan({ on: 'billing.cancel-invoice', kind: 'lose' });
    expect(await tried.undo(action, params(3), result)).toMatchObject({ ok: false, effect: 'unknown' });
    for (const _repeat of [1, 2])
      expect(await tried.undo(action, params(3), result)).toEqual({ ok: true, result: null });
    expect(tried.countOf('billing.cancel-invoice')).toBe(1);
  });
});
