import { createHash } from 'node:crypto';
import { parseApiKey, parseKeyDigest } from '@action-do/contracts';
import { ado } from '../testing/ado.contract.js';

describe('ado keys bootstrap', () => {
  it('makes a key and what executors are told of it, another each time, and asks nobody', async () => {
    const env = { DO_API_KEY: '', DO_BASE_URL: '' };
    const { exitCode, out, err, asked } = await ado(['keys', 'bootstrap', '-o', 'json'], { env });
    expect([exitCode, err, asked.length]).toEqual([0, '', 0]);
    const { key, keyId, tenant, rootKeyDigest } = JSON.parse(out);
    expect(parseApiKey(key)).toEqual({ environment: 'live', keyId, tenant });
    const digest = createHash('sha256').update(key).digest('hex');
    expect([tenant, parseKeyDigest(rootKeyDigest)]).toEqual(['default', { keyId, tenant, digest }]);
    expect((await ado(['keys', 'bootstrap', '-o', 'json'], { env })).out).not.toBe(out);
  });

  it('says to a person which is which, and gives the id alone where that is asked for', async () => {
    const { out, err } = await ado(['keys', 'bootstrap', '--tenant', 'acme-eu']);
    expect(out).toMatch(/^API key +do_live_acme-eu-\w+\nDO_ROOT_KEY_DIGEST +acme-eu-\w{12}:[0-9a-f]{64}\n$/);
    expect(err).toMatch(/shown once/);
    expect((await ado(['keys', 'bootstrap', '-o', 'id'])).out).toMatch(/^default-\w{12}\n$/);
  });

  it('refuses a tenant that is no name', async () => {
    const { exitCode, out, err } = await ado(['keys', 'bootstrap', '--tenant', 'My Tenant']);
    expect([exitCode, out, err]).toEqual([2, '', expect.stringContaining('--tenant')]);
  });
});
