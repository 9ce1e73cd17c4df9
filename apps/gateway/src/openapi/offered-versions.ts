import { ActionsQuery, CatalogueVersion } from '@action-do/contracts';
import { z } from 'zod';
import type { Answer } from '../bus/answer.js';
import { RequestRefused } from '../http/request-refused.js';
import { FittingVersions, type OfferedVersions } from './fitting-versions.js';

const Page = z.object({
  items: z.array(CatalogueVersion.omit({ handlers: true })),
  nextCursor: z.string().nullable(),
});

/** Versions a page: schemas are long, and a page is one message. */
const LIMIT = 100;
/** Enough for `ACTIONS_MAX` actions of a few versions each. */
const PAGES_MAX = 20;

/**
 * The newest version of each action that is offered, by name: as many as a document takes, and no page is asked for beyond.
 * @param list asks for one page of the list of actions
 * @throws RequestRefused UNAVAILABLE it cannot be read now
 */
export async function offeredVersions(
  list: (query: ActionsQuery) => Promise<Answer>,
): Promise<OfferedVersions> {
  const fitting = new FittingVersions();
  let cursor: string | null | undefined;
  for (let pages = 0; cursor !== null && pages < PAGES_MAX && !fitting.isFull; pages++) {
    const next = cursor === undefined ? {} : { cursor };
    const page = readPage(await list(ActionsQuery.parse({ status: ['offered'], limit: LIMIT, ...next })));
    // Of one action the newest comes first.
    for (const version of page.items) fitting.add(version);
    cursor = page.nextCursor;
  }
  return fitting.taken(cursor === null);
}

function readPage({ payload, errorCode }: Answer): z.infer<typeof Page> {
  if (errorCode === undefined) return Page.parse(JSON.parse(new TextDecoder().decode(payload)));
  throw new RequestRefused('UNAVAILABLE', {
    detail: 'The actions cannot be listed now. Without a key this document comes without them.',
    effect: 'none',
    retryAfterMs: 1_000,
  });
}
