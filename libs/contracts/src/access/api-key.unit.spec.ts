import type { TenantName } from '../names.js';
import { API_KEY_BYTES, apiKeyChecksum, composeApiKey, parseApiKey, parseKeyDigest } from './api-key.js';

const SECRET = '0123456789abcdefghijklmnopqrstuv';
const keyOf = (body: string): string => body + apiKeyChecksum(body);
const KEY = keyOf(`do_live_acme-eu-a1b2c3d4e5f6_${SECRET}`);

describe('an API key', () => {
  it('names its environment, its id and its tenant', () => {
    expect(parseApiKey(KEY)).toStrictEqual({
      environment: 'live',
      keyId: 'acme-eu-a1b2c3d4e5f6',
      tenant: 'acme-eu',
    });
    expect(parseApiKey(keyOf(`do_test_default-000000000000_${SECRET}`))).toStrictEqual({
      environment: 'test',
      keyId: 'default-000000000000',
      tenant: 'default',
    });
  });

  it('with any one character changed is found out', () => {
    for (let at = 0; at < KEY.length; at++)
      for (const other of '0123456789abcdefghijklmnopqrstuvwxyz-_Aé ') {
        const changed = KEY.slice(0, at) + other + KEY.slice(at + 1);
        if (changed !== KEY) expect(parseApiKey(changed)).toBeNull();
      }
  });

  it('with two neighbours swapped is found out', () => {
    for (let at = 0; at + 1 < KEY.length; at++) {
      const swapped = KEY.slice(0, at) + KEY.charAt(at + 1) + KEY.charAt(at) + KEY.slice(at + 2);
      if (swapped !== KEY) expect(parseApiKey(swapped)).toBeNull();
    }
  });

  it.each([
    ['nothing', ''],
    ['half a key', KEY.slice(0, 40)],
    ['a key with more behind it', `${KEY}0`],
    ['a key with a line break behind it', `${KEY}\n`],
    ['a key with a blank before it', ` ${KEY}`],
    ['another environment', keyOf(`do_prod_acme-a1b2c3d4e5f6_${SECRET}`)],
    ['an id without a tenant', keyOf(`do_live_a1b2c3d4e5f6_${SECRET}`)],
    ['an id with a short random part', keyOf(`do_live_acme-a1b2c3_${SECRET}`)],
    ['a tenant that is no name', keyOf(`do_live_acme--a1b2c3d4e5f6_${SECRET}`)],
    ['a short secret', keyOf(`do_live_acme-a1b2c3d4e5f6_${SECRET.slice(1)}`)],
    ['capital letters', KEY.toUpperCase()],
  ])('is not %s', (_what, text) => {
    expect(parseApiKey(text)).toBeNull();
  });

  it('of any length is looked at in no time', () => {
    expect(parseApiKey(`do_live_${'a-'.repeat(200_000)}`)).toBeNull();
  });
});

describe('the checksum', () => {
  it('is CRC-32 in base 36, seven digits', () => {
    expect(apiKeyChecksum('123456789')).toBe((0xcbf43926).toString(36).padStart(7, '0'));
    expect(apiKeyChecksum('')).toBe('0000000');
  });
});

describe('a key that is made', () => {
  const tenant = 'acme-eu' as TenantName;

  it('is made of the random bytes alone, and parses', () => {
    const random = Uint8Array.from({ length: API_KEY_BYTES }, (_, at) => at * 7);
    const { key, keyId } = composeApiKey(tenant, random);
    expect(composeApiKey(tenant, random)).toEqual({ key, keyId });
    expect(parseApiKey(key)).toEqual({ environment: 'live', keyId, tenant });
  });

  it('has another id and another secret with any one byte changed', () => {
    const zeros = new Uint8Array(API_KEY_BYTES);
    for (let at = 0; at < API_KEY_BYTES; at++) {
      const changed = Uint8Array.from(zeros);
      changed[at] = 1;
      expect(composeApiKey(tenant, changed).key).not.toBe(composeApiKey(tenant, zeros).key);
    }
  });

  it('is not made of fewer bytes', () => {
    expect(() => composeApiKey(tenant, new Uint8Array(20))).toThrow(RangeError);
  });
});

describe('the digest of a key, as an executor is told it', () => {
  const digest = 'ab'.repeat(32);

  it('names the key and its tenant', () => {
    expect(parseKeyDigest(`acme-eu-a1b2c3d4e5f6:${digest}`)).toEqual({
      keyId: 'acme-eu-a1b2c3d4e5f6',
      tenant: 'acme-eu',
      digest,
    });
  });

  it.each([
    '',
    digest,
    `acme:${digest}`,
    `acme-a1b2c3d4e5f6:${digest}0`,
    `acme-a1b2c3d4e5f6:${digest.toUpperCase()}`,
    KEY,
  ])('is not %j', (text) => {
    expect(parseKeyDigest(text)).toBeNull();
  });
});
