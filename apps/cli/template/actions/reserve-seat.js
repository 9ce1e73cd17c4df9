import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';

export default defineAction({
  name: 'reserve-seat',
  description: 'Reserves a seat for a guest.',
  params: z.object({ seat: z.string(), guest: z.string() }),
  result: z.object({ reservation: z.string() }),
  // What a repeat would do. It is harmless here: the key stays the same, and so does the file that it names.
  effects: 'idempotent',
  run: async ({ seat, guest }, ctx) => {
    if (seat === '13')
      throw new ActionError({ code: 'NO_SUCH_SEAT', message: 'there is no seat 13', effect: 'none' });
    // A folder of files stands in for your database or your service; hand ctx.idempotencyKey to whatever does the work.
    const folder = join(process.env.DO_DATA_DIR ?? 'data', 'reservations');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${ctx.idempotencyKey}.json`), JSON.stringify({ seat, guest }));
    return { reservation: `${seat}-${ctx.idempotencyKey.slice(0, 8)}` };
  },
});
