import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const Params = z.object({
  cardToken: z
    .string()
    .max(64)
    .meta({ sensitive: true, examples: ['tok_visa'] }),
  amountCents: z.int().positive().max(1_000_000),
  currency: z.string().length(3).default('EUR'),
});
const Charge = z.object({ id: z.string(), amountCents: z.int() });
const Result = z.object({ chargeId: z.string(), amountCents: z.int() });

const resultOf = ({ id, amountCents }: z.output<typeof Charge>): z.input<typeof Result> => ({
  chargeId: id,
  amountCents,
});

/**
 * Verifiable: the card service charges twice if it is told twice, so nothing is repeated blindly. But it keeps the
 * reference of an order, which is our effect key, and so it can be asked whether a lost call arrived.
 */
export const chargeCardAction = (cards: Service) =>
  defineAction({
    name: 'charge-card',
    description: 'Charges a card, once. The undo refunds it.',
    params: Params,
    result: Result,
    effects: 'verifiable',
    // The same card and the same amount may well be two purchases: the caller says which one this is.
    idempotency: { mode: 'key-required' },
    attemptTimeoutMs: 5_000,
    run: async (params, { idempotencyKey, signal }) => {
      const charge = await cards.ask({
        method: 'POST',
        path: '/cards/charges',
        body: { ...params, reference: idempotencyKey },
        answer: Charge,
        signal,
      });
      return resultOf(charge);
    },
    // Where the service cannot be asked this throws, and the platform takes that for 'unknown'.
    probe: async (_params, { idempotencyKey, signal }) => {
      const { items } = await cards.ask({
        method: 'GET',
        path: `/cards/charges?reference=${encodeURIComponent(idempotencyKey)}`,
        answer: z.object({ items: z.array(Charge) }),
        signal,
      });
      const [charge] = items;
      return charge ? { state: 'applied', result: resultOf(charge) } : { state: 'not-applied' };
    },
    // Refunding what is refunded changes nothing, so an undo may be repeated.
    undo: async (_params, { chargeId }, { signal }) => {
      await cards.ask({
        method: 'POST',
        path: `/cards/charges/${encodeURIComponent(chargeId)}/refund`,
        answer: Charge,
        signal,
      });
    },
  });

export default chargeCardAction(serviceAt(outsideWorldUrl(process.env)));
