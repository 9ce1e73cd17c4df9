import { HEADERS } from '@action-do/contracts';
import { type BusHeaders, header } from '@action-do/messaging';
import type { KeyVerifier } from '@action-do/service-kit';
import { MessageRefused, refused } from './message-refused.js';
import { readTenant } from './read-question.js';

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * What a gateway does for callers over HTTP, for those on the bus: checks the key, and holds the key's tenant against
 * that of the subject. Before the body is looked at, so that a stranger learns nothing.
 * @throws MessageRefused UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE
 */
export async function admitClient(
  callers: KeyVerifier,
  headers: BusHeaders,
  subjectTenant: string | undefined,
): Promise<void> {
  const spellings = Object.keys(headers).filter(
    (name) => name.toLowerCase() === HEADERS.authorization.toLowerCase(),
  );
  // In two spellings, one could be read by us and the other by somebody else.
  if (spellings.length > 1) throw unauthenticated('is given more than once');
  const authorization = header(headers, HEADERS.authorization);
  if (authorization === undefined) throw unauthenticated('is missing');
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) throw unauthenticated('must be Bearer <key>');
  const caller = await callers.verify(key);
  if (caller === null) throw refused('UNAUTHENTICATED', { detail: 'The API key is not valid.' });
  if (readTenant(subjectTenant) === caller.tenant) return;
  throw refused('FORBIDDEN', {
    detail: `The key is of tenant ${caller.tenant}, the subject names another one.`,
  });
}

const unauthenticated = (what: string): MessageRefused =>
  refused('UNAUTHENTICATED', { detail: `The header ${HEADERS.authorization} ${what}.` });
