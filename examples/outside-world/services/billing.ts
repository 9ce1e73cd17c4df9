import { z } from 'zod';
import { type Did, type Endpoint, Refusal, taking } from '../endpoint.js';

const Order = z.strictObject({
  customerId: z.string().max(64),
  amountCents: z.int().positive(),
  email: z.email(),
});
const Opening = z.strictObject({ userId: z.string().max(64), reference: z.string().max(200) });
const Choice = z.strictObject({ plan: z.string().max(64) });

/** Invoices by idempotency key: with the same key it gives the same invoice. Accounts by user: one for each. */
export const billing = (did: Did): Endpoint[] => [...invoices(did), ...accounts(did)];

function invoices(did: Did): Endpoint[] {
  const invoices: { id: string; key: string; asked: string; status: 'sent' | 'cancelled' }[] = [];
  const shown = ({ id, status }: (typeof invoices)[number]) => ({ id, status });
  return [
    taking(Order, {
      name: 'billing.create-invoice',
      method: 'POST',
      path: '/billing/invoices',
      answer: ({ body, header }) => {
        const key = header('idempotency-key');
        if (key === undefined) throw new Refusal(400, 'KEY_MISSING', 'send the header Idempotency-Key');
        const asked = JSON.stringify([body.customerId, body.amountCents, body.email]);
        const known = invoices.find((invoice) => invoice.key === key);
        if (known !== undefined && known.asked !== asked)
          throw new Refusal(422, 'KEY_REUSED', 'the key was used for another invoice');
        if (known !== undefined) return { status: 200, body: shown(known) };
        const id = `inv_${invoices.length + 1}`;
        did('billing.create-invoice', { id, key, amountCents: body.amountCents });
        const invoice = { id, key, asked, status: 'sent' as const };
        invoices.push(invoice);
        return { status: 201, body: shown(invoice) };
      },
    }),
    {
      name: 'billing.cancel-invoice',
      method: 'POST',
      path: '/billing/invoices/{id}/cancel',
      answer: ({ path }) => {
        const invoice = invoices.find(({ id }) => id === path['id']);
        if (invoice === undefined) throw new Refusal(404, 'INVOICE_UNKNOWN', 'there is no such invoice');
        if (invoice.status === 'sent') did('billing.cancel-invoice', { id: invoice.id });
        invoice.status = 'cancelled';
        return { status: 200, body: shown(invoice) };
      },
    },
  ];
}

function accounts(did: Did): Endpoint[] {
  const accounts = new Map<string, { userId: string; reference: string; plan: string | null }>();
  const accountOf = (userId = '') => {
    const account = accounts.get(userId);
    if (account === undefined) throw new Refusal(404, 'ACCOUNT_UNKNOWN', 'this user has no account');
    return account;
  };
  return [
    taking(Opening, {
      name: 'billing.open-account',
      method: 'POST',
      path: '/billing/accounts',
      answer: ({ body: { userId, reference } }) => {
        if (accounts.has(userId))
          throw new Refusal(409, 'ACCOUNT_EXISTS', 'this user has an account already');
        did('billing.open-account', { userId, reference });
        const account = { userId, reference, plan: null };
        accounts.set(userId, account);
        return { status: 201, body: account };
      },
    }),
    {
      name: 'billing.find-account',
      method: 'GET',
      path: '/billing/accounts/{userId}',
      answer: ({ path }) => ({ status: 200, body: accountOf(path['userId']) }),
    },
    taking(Choice, {
      name: 'billing.set-plan',
      method: 'PUT',
      path: '/billing/accounts/{userId}/plan',
      answer: ({ path, body: { plan } }) => {
        const account = accountOf(path['userId']);
        if (plan === 'founders')
          throw new Refusal(422, 'PLAN_NOT_SOLD', `the plan '${plan}' is not sold any more`);
        if (account.plan !== plan) did('billing.set-plan', { userId: account.userId, plan });
        account.plan = plan;
        return { status: 200, body: account };
      },
    }),
    {
      name: 'billing.close-account',
      method: 'DELETE',
      path: '/billing/accounts/{userId}',
      answer: ({ path, query }) => {
        const account = accounts.get(path['userId'] ?? '');
        // Only the one that was opened by this reference: the user may have got another since.
        if (account === undefined || account.reference !== query.get('reference'))
          return { status: 200, body: { closed: false } };
        did('billing.close-account', { userId: account.userId });
        accounts.delete(account.userId);
        return { status: 200, body: { closed: true } };
      },
    },
  ];
}
