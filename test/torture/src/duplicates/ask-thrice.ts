import type { ClientProcess } from '../client-process.js';
import type { TortureOptions } from '../torture-mode.js';
import type { Batch, Heard } from './client.js';

const BATCH = 50;
const ACTIONS = ['note-idempotent', 'note-unsafe'];
const TELL_EVERY = 500;

/** Where a client calls. */
export type Place = Pick<Batch, 'url' | 'apiKey'>;

/** Has each execution asked for three times at once by two clients: two of the three by one of them, taking turns. */
export async function askThrice(
  { seed, rounds, say }: TortureOptions,
  clients: readonly { readonly client: ClientProcess<Batch, Heard[]>; readonly place: Place }[],
): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (let first = 0; first < rounds; first += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, rounds - first) }, (_, index) => first + index);
    const replies = clients.map(({ client, place }, index) => {
      const calls = ids.map((id) => ({
        id: `d${seed}-${id}`,
        action: ACTIONS[id % ACTIONS.length] ?? '',
        times: id % clients.length === index ? 2 : 1,
      }));
      return client.ask({ ...place, calls });
    });
    heard.push(...(await Promise.all(replies)).flat());
    if ((first + BATCH) % TELL_EVERY === 0) say(`${first + BATCH} of ${rounds} executions`);
  }
  return heard;
}
