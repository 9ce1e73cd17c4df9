import { z } from 'zod';
import { type Did, type Endpoint, Refusal, taking } from '../endpoint.js';

const Order = z.strictObject({
  cardToken: z.string(),
  amountCents: z.int().positive(),
  currency: z.string().length(3),
  reference: z.string().max(200),
});

/**
 * Charges cards. It heeds no idempotency key: told twice it charges twice. But it keeps the reference that an order
 * came with, and can be asked for it.
 */
export function cards(did: Did): Endpoint[] {
  const charges: { id: string; reference: string; amountCents: number; refunded: boolean }[] = [];
  return [
    taking(Order, {
      name: 'cards.charge',
      method: 'POST',
      path: '/cards/charges',
      answer: ({ body: { cardToken, amountCents, reference } }) => {
        if (!cardToken.startsWith('tok_'))
          throw new Refusal(422, 'CARD_UNKNOWN', 'no card has this token: it begins with tok_');
        if (cardToken === 'tok_declined')
          throw new Refusal(402, 'CARD_DECLINED', 'the bank of the card said no');
        const id = `ch_${charges.length + 1}`;
        did('cards.charge', { id, reference, amountCents });
        const charge = { id, reference, amountCents, refunded: false };
        charges.push(charge);
        return { status: 201, body: charge };
      },
    }),
    {
      name: 'cards.find',
      method: 'GET',
      path: '/cards/charges',
      answer: ({ query }) => {
        const reference = query.get('reference');
        return { status: 200, body: { items: charges.filter((charge) => charge.reference === reference) } };
      },
    },
    {
      name: 'cards.refund',
      method: 'POST',
      path: '/cards/charges/{id}/refund',
      answer: ({ path }) => {
        const charge = charges.find(({ id }) => id === path['id']);
        if (charge === undefined) throw new Refusal(404, 'CHARGE_UNKNOWN', 'there is no such charge');
        if (!charge.refunded) did('cards.refund', { id: charge.id, amountCents: charge.amountCents });
        charge.refunded = true;
        return { status: 200, body: charge };
      },
    },
  ];
}
