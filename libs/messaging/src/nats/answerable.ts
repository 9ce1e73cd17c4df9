import { wildcardTokens } from '../subject-pattern.js';

const SUBJECT = /^[^\s.*>]+(?:\.[^\s.*>]+)*$/;
const INBOX = '_INBOX.';

/**
 * The asker chooses where its answer goes, and the answer goes with the rights of the answerer: it must not become a
 * request that the asker itself has no right to make.
 */
export function isAnswerable(replySubject: string, requestPatterns: readonly string[]): boolean {
  if (!SUBJECT.test(replySubject)) return false;
  if (replySubject.startsWith(INBOX)) return true;
  return !requestPatterns.some((pattern) => wildcardTokens(pattern, replySubject) !== undefined);
}
