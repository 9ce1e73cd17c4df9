/** Longest key in characters. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

/** Bare keys: visible ASCII without what would make a list, a parameter or a string of it. */
const BARE = /^[A-Za-z0-9!#$%&'()*+./:<=>?@[\]^_`{|}~-]+$/;
const QUOTED = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** Prefixes that only the platform gives out. */
const RESERVED = /^(auto|wf|req|undo):/;

export type ParsedKey = { ok: true; key: string } | { ok: false; message: string };

/**
 * Reads an `Idempotency-Key` header: an RFC 8941 string or a bare token; both forms of one key are the same key.
 * @source the IETF draft on the Idempotency-Key header; RFC 8941, section 3.3.3
 */
export function parseIdempotencyKey(raw: string): ParsedKey {
  // Not trim(): of what Unicode calls a blank, only these two may stand around a header's value.
  const text = raw.replace(/^[ \t]+|[ \t]+$/g, '');
  const quoted = QUOTED.exec(text);
  const key = quoted ? (quoted[1] ?? '').replace(/\\(["\\])/g, '$1') : text;
  if (key.length === 0) return refuse('the key is empty');
  if (key.length > IDEMPOTENCY_KEY_LENGTH_MAX)
    return refuse(`the key is longer than ${IDEMPOTENCY_KEY_LENGTH_MAX} characters`);
  if (!quoted && text.includes(',')) return refuse('more than one key was given');
  if (!quoted && !BARE.test(text))
    return refuse(
      'a key is 1 to 255 visible ASCII characters; put it in double quotes if it holds a semicolon or a comma',
    );
  if (RESERVED.test(key))
    return refuse('keys beginning with auto:, wf:, req: or undo: are given out by the platform only');
  return { ok: true, key };
}

const refuse = (message: string): ParsedKey => ({ ok: false, message });
