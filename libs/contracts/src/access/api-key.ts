import type { TenantName } from '../names.js';

/**
 * `do_live_<key id>_<secret><checksum>`: the id finds the key, the secret proves it, the checksum lets a typing
 * error be told from a wrong key without asking anyone. A key id is `<tenant>-<random>`, so the key names its tenant.
 */
const KEY = /^do_(live|test)_([a-z0-9]+(?:-[a-z0-9]+)*-[a-z0-9]{12})_([0-9a-z]{32})([0-9a-z]{7})$/;

export interface ParsedApiKey {
  readonly environment: 'live' | 'test';
  /** Public: may stand in logs and in the audit trail. */
  readonly keyId: string;
  readonly tenant: string;
}

/** What is wrong with a key that was given, or what it says of itself. Tells nothing about whether it is valid. */
export function parseApiKey(key: string): ParsedApiKey | null {
  const match = KEY.exec(key);
  if (!match) return null;
  const [, environment, keyId = '', secret = '', checksum] = match;
  if (checksum !== apiKeyChecksum(`do_${environment}_${keyId}_${secret}`)) return null;
  return {
    environment: environment === 'live' ? 'live' : 'test',
    keyId,
    tenant: keyId.slice(0, keyId.lastIndexOf('-')),
  };
}

/** Random bytes that a key is made of. */
export const API_KEY_BYTES = 44;
const ID_LENGTH = 12;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new key: 160 random bits as secret, in base 32. Shown once; only its digest is kept.
 * @param random API_KEY_BYTES from a source that nobody can guess; of each, five bits count
 */
export function composeApiKey(tenant: TenantName, random: Uint8Array): { key: string; keyId: string } {
  if (random.length !== API_KEY_BYTES) throw new RangeError(`a key is made of ${API_KEY_BYTES} random bytes`);
  const text = Array.from(random, (byte) => ALPHABET[byte & 31]).join('');
  const keyId = `${tenant}-${text.slice(0, ID_LENGTH)}`;
  const body = `do_live_${keyId}_${text.slice(ID_LENGTH)}`;
  return { key: `${body}${apiKeyChecksum(body)}`, keyId };
}

/** What an executor is told of a key that was made elsewhere: its id and its digest, and not the key. */
export interface KeyDigest {
  readonly keyId: string;
  readonly tenant: string;
  /** Hex SHA-256 of the whole key. */
  readonly digest: string;
}

const KEY_DIGEST = /^([a-z0-9]+(?:-[a-z0-9]+)*)-([a-z0-9]{12}):([0-9a-f]{64})$/;

/** Reads `<key id>:<hex SHA-256 of the key>`; null for anything else. */
export function parseKeyDigest(text: string): KeyDigest | null {
  const match = KEY_DIGEST.exec(text);
  if (!match) return null;
  const [, tenant = '', random = '', digest = ''] = match;
  return { keyId: `${tenant}-${random}`, tenant, digest };
}

/** Every request has a key to check, so the eight steps of each byte are made once. */
const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 (IEEE) in base 36, seven characters. Finds typing errors; secures nothing. */
export function apiKeyChecksum(text: string): string {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++)
    crc = (crc >>> 8) ^ (CRC_OF_BYTE[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0);
  return (~crc >>> 0).toString(36).padStart(7, '0');
}
