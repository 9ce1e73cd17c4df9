/** The rows of the idempotency table, each in a few words. */
export const RULES = {
  1: 'the first call, settled within its wait, gets the result',
  2: 'the first call, slower or not waiting, gets 202 once the request is durable',
  3: 'a duplicate while it runs gets the same answer',
  4: 'a duplicate after success gets the stored bytes',
  5: 'a duplicate after failure gets the stored failure, if it is the same call or doing it again is not safe',
  6: 'a new call after a failure does it again where that is safe',
  7: 'between attempts a duplicate waits as the first does',
  8: 'the same key with other params is refused, and nothing runs',
  9: 'who may not execute the action gets 403, never the stored result',
  10: 'without a key it is derived, demanded, or the request id, as the action declares',
  11: 'a key that is malformed, doubled, listed or reserved is refused',
  12: 'a refusal because of contract, action or handler first looks whether the key is known',
  13: 'after its window the key is new work',
  14: 'a late retry of what an earlier window did is refused',
  15: 'of two at once one does it, wherever they came in',
  16: 'an append in doubt is repeated with the same ids, or read; no handler is called until it is certain',
  17: 'a gateway that lost its reply repeats the command with the same request id',
  18: 'where no handler is known nothing is recorded',
  '18b': 'where no handler is there after the claim, it is tried again, in every class',
  19: 'what a dead executor ran is taken over by the effects class',
  20: 'an outcome after the takeover settles while its attempt is the newest, else it is kept as late',
  21: 'a caller who leaves ends nothing',
  22: 'a cancel is certain while it waits, and asked of the handler while it runs',
  23: 'an erased result is told as erased, and not made again',
  24: 'a step that a recovered workflow asks for again is the same execution',
  25: 'work that was undone is done anew, under another effect key',
};

/** Rows of which the product has nothing yet. */
export const LATER = ['9', '23', '24'];

/** What has no test yet, `<row> unit` or `<row> end to end`: to be emptied. */
export const KNOWN_MISSING = [
  '13 end to end',
  '14 end to end',
  '16 end to end',
  '22 unit',
  '22 end to end',
  '25 end to end',
];
