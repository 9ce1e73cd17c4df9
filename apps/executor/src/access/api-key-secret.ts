import { createHash, randomBytes } from 'node:crypto';
import { apiKeyChecksum, type TenantName } from '@action-do/contracts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Makes an API key: 160 random bits as secret, in base 32. Shown once; only its digest is kept. */
export function makeApiKey(tenant: TenantName): { key: string; keyId: string } {
  const keyId = `${tenant}-${base32(12)}`;
  const body = `do_live_${keyId}_${base32(32)}`;
  return { key: `${body}${apiKeyChecksum(body)}`, keyId };
}

/** Hex SHA-256 of the whole key. A 160-bit random secret cannot be guessed, so no salt or pepper is needed. */
export const digestApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Five random bits a character. */
const base32 = (length: number): string =>
  Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join('');
