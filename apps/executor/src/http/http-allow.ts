import { z } from 'zod';
import { AllowList } from './allow-list.js';

/** The variable `DO_HTTP_ALLOW`. Empty: no action is performed over HTTP. */
export const HTTP_ALLOW = {
  schema: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return AllowList.parse(text);
      } catch (error) {
        context.addIssue(error instanceof Error ? error.message : 'is no list of hosts and networks');
        return z.NEVER;
      }
    }),
  example: 'billing.example.com,*.internal.example.com,10.0.0.0/8',
};
