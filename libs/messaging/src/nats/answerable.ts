const INBOX = /^_INBOX(?:\.[^\s.*>]+)+$/;

/**
 * The asker chooses where its answer goes, and the answer goes with the rights of the answerer: where the server has
 * `allow_responses`, that is any subject at all. So answers go to inboxes and nowhere else. A list of what they must not
 * become would have to know every subject on which something happens, those of the server's own (`$JS.API.…`) too.
 */
export const isAnswerable = (replySubject: string): boolean => INBOX.test(replySubject);
