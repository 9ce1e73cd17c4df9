import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const Params = z.object({
  userId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({ examples: ['usr_1'], indexed: true }),
  /** Of the record in the system that it comes from: counts up with each change there. */
  revision: z.int().min(0),
  fields: z
    .record(z.string().max(64), z.string().max(1_000))
    .meta({ personal: true, examples: [{ stage: 'lead' }] }),
});
const Stored = z.object({ userId: z.string(), revision: z.int() });

/**
 * Idempotent without any key: the whole record is put, with its revision. A repeat says the same again, and one that
 * comes late, when the record has moved on, is refused instead of setting it back.
 */
export const updateCrmRecordAction = (crm: Service) =>
  defineAction({
    name: 'update-crm-record',
    description: 'Writes a revision of a customer record into the CRM, never over a newer one.',
    params: Params,
    result: Stored,
    effects: 'idempotent',
    attemptTimeoutMs: 5_000,
    run: ({ userId, revision, fields }, { signal }) =>
      crm.ask({
        method: 'PUT',
        path: `/crm/records/${encodeURIComponent(userId)}`,
        body: { revision, fields },
        answer: Stored,
        signal,
      }),
  });

export default updateCrmRecordAction(serviceAt(outsideWorldUrl(process.env)));
