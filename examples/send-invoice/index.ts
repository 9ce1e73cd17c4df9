import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const Params = z.object({
  customerId: z
    .string()
    .max(64)
    .meta({ examples: ['cus_1'] }),
  amountCents: z.int().positive(),
  email: z.email().meta({ personal: true }),
});
const Invoice = z.object({ id: z.string() });

/** Idempotent: the billing service heeds the key that comes with an order, and gives the same invoice for the same key. */
export const sendInvoiceAction = (billing: Service) =>
  defineAction({
    name: 'send-invoice',
    description: 'Creates an invoice, which the billing service mails. The undo cancels it.',
    params: Params,
    result: z.object({ invoiceId: z.string() }),
    effects: 'idempotent',
    attemptTimeoutMs: 5_000,
    run: async (params, { idempotencyKey, signal }) => {
      const { id } = await billing.ask({
        method: 'POST',
        path: '/billing/invoices',
        body: params,
        headers: { 'idempotency-key': idempotencyKey },
        answer: Invoice,
        signal,
      });
      return { invoiceId: id };
    },
    undo: async (_params, { invoiceId }, { signal }) => {
      await billing.ask({
        method: 'POST',
        path: `/billing/invoices/${encodeURIComponent(invoiceId)}/cancel`,
        answer: Invoice,
        signal,
      });
    },
  });

export default sendInvoiceAction(serviceAt(outsideWorldUrl(process.env)));
