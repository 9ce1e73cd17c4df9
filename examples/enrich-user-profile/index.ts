import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const DAY_MS = 86_400_000;

const Profile = z.object({ company: z.string(), employees: z.int(), industry: z.string() });

/** None: it only asks. Every failure may be tried again, and none leaves anything behind. */
export const enrichUserProfileAction = (enrichment: Service) =>
  defineAction({
    name: 'enrich-user-profile',
    description: 'Finds out for which company somebody works.',
    params: z.object({ email: z.email().meta({ personal: true, examples: ['ada@acme.example'] }) }),
    result: Profile,
    effects: 'none',
    // What only reads is asked anew at every call. Here an answer costs money, and is good for a day.
    idempotency: { mode: 'params', windowMs: DAY_MS },
    retry: { attemptsMax: 8, initialDelayMs: 100, delayMsMax: 5_000 },
    attemptTimeoutMs: 2_000,
    run: ({ email }, { signal }) =>
      enrichment.ask({
        method: 'GET',
        path: `/enrichment/profiles?email=${encodeURIComponent(email)}`,
        answer: Profile,
        signal,
      }),
  });

export default enrichUserProfileAction(serviceAt(outsideWorldUrl(process.env)));
