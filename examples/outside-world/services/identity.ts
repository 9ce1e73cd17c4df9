import { z } from 'zod';
import { type Did, type Endpoint, Refusal, taking } from '../endpoint.js';

const Order = z.strictObject({
  fullName: z.string().max(200),
  documentNumber: z.string().max(64),
  country: z.string().length(2),
});

/** How often it says that it is still looking. */
const QUESTIONS_BEFORE_THE_END = 2;

/** Checks of who somebody is, which take their time. Who orders a check gives it its name, and it is made once a name. */
export function identity(did: Did): Endpoint[] {
  const checks = new Map<string, { verified: boolean; asked: number }>();
  return [
    taking(Order, {
      name: 'identity.begin-check',
      method: 'PUT',
      path: '/identity/checks/{checkId}',
      answer: ({ path, body: { documentNumber } }) => {
        const { checkId = '' } = path;
        if (!checks.has(checkId)) {
          did('identity.begin-check', { checkId });
          // Of the documents of this world those that end in 0 are forged.
          checks.set(checkId, { verified: !documentNumber.endsWith('0'), asked: 0 });
        }
        return { status: 202, body: { checkId } };
      },
    }),
    {
      name: 'identity.check',
      method: 'GET',
      path: '/identity/checks/{checkId}',
      answer: ({ path }) => {
        const check = checks.get(path['checkId'] ?? '');
        if (check === undefined) throw new Refusal(404, 'CHECK_UNKNOWN', 'there is no such check');
        check.asked += 1;
        if (check.asked <= QUESTIONS_BEFORE_THE_END) return { status: 200, body: { state: 'running' } };
        return { status: 200, body: { state: 'done', verified: check.verified } };
      },
    },
  ];
}
