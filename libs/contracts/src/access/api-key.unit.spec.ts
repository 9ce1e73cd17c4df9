import { apiKeyChecksum, parseApiKey } from './api-key.js';

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
