import { type Endpoint, Refusal } from '../endpoint.js';

/** Tells what is known about an address. It changes nothing, and so has no effects to record. */
export const enrichment = (): Endpoint[] => [
  {
    name: 'enrichment.profile',
    method: 'GET',
    path: '/enrichment/profiles',
    answer: ({ query }) => {
      const domain = /^[^@]+@([a-z0-9-]+)\.[a-z0-9.-]+$/i.exec(query.get('email') ?? '')?.[1];
      if (domain === undefined) throw new Refusal(400, 'EMAIL_INVALID', 'ask with ?email=ada@acme.example');
      if (domain === 'nobody') throw new Refusal(404, 'PROFILE_UNKNOWN', 'nothing is known of this address');
      const company = domain[0]?.toUpperCase() + domain.slice(1);
      return { status: 200, body: { company, employees: 10 * domain.length, industry: 'software' } };
    },
  },
];
