import { createHash } from 'node:crypto';
import { parseApiKey, parseKeyDigest } from '@action-do/contracts';
import { ado } from '../testing/ado.contract.js';

describe('ado keys bootstrap', () => {
  it('makes a key and what the executors are told of it, another one each time, and asks nobody', async () => {
    const [one, other] = [
      await ado(['keys', 'bootstrap', '-o', 'json']),
      await ado(['keys', 'bootstrap', '-o', 'json']),
    ];
    const { key, keyId, digest } = JSON.parse(one.out);
    expect(parseApiKey(key)).toMatchObject({ keyId, tenant: 'default', environment: 'live' });
    expect(parseKeyDigest(digest)).toEqual({
      keyId,
      tenant: 'default',
      digest: createHash('sha256').update(key).digest('hex'),
    });
    expect(digest).not.toContain(key.slice(-20));
    expect(JSON.parse(other.out).key).not.toBe(key);
    expect([one.exitCode, one.err, one.asked]).toEqual([0, '', []]);
  });

  it('is of the tenant that is named', async () => {
    const { out } = await ado(['keys', 'bootstrap', '--tenant', 'acme-eu', '-o', 'json']);
    expect(parseApiKey(JSON.parse(out).key)?.tenant).toBe('acme-eu');
  });

  it('says what to do with both', async () => {
    const { out, err } = await ado(['keys', 'bootstrap']);
    expect(out).toMatch(/^key {5}do_live_default-\S+\ndigest {2}default-\w{12}:[0-9a-f]{64}\n$/);
    expect(err).toMatch(/Keep the key.*DO_ROOT_KEY_DIGEST/);
  });

  it('refuses what is no name of a tenant', async () => {
    expect((await ado(['keys', 'bootstrap', '--tenant', 'Acme'])).exitCode).toBe(2);
  });
});
