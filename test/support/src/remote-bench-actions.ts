import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';

/** `bench-note` under another name, for a worker: so that one platform can have both, and be compared with itself. */
export const benchNoteRemote = defineAction({
  name: 'bench-note-remote',
  description: 'Takes a number and gives it back, in a worker.',
  effects: 'idempotent',
  params: z.object({ id: z.string(), amountCents: z.int().positive(), note: z.string() }),
  result: z.object({ id: z.string() }),
  run: ({ id }) => ({ id }),
});
