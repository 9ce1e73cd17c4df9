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
