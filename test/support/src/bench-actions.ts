import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';

/** The one-step action of the benchmark: it does nothing, so that what is measured is the platform. */
export const benchNote = defineAction({
  name: 'bench-note',
  description: 'Takes a number and gives it back.',
  effects: 'idempotent',
  params: z.object({ id: z.string(), amountCents: z.int().positive(), note: z.string() }),
  result: z.object({ id: z.string() }),
  run: ({ id }) => ({ id }),
});
