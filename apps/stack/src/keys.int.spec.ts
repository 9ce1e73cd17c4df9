import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApiKey, parseKeyDigest, TenantName } from '@action-do/contracts';
import { keepKeys } from './keys.js';

const TENANT = TenantName.parse('acme');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ado-stack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the keys of a stack', () => {
  it('are made at the first start, for their owner alone, and found again', () => {
    const first = keepKeys(folder, TENANT);
    expect(parseApiKey(first.firstKey ?? '')?.tenant).toBe('acme');
    expect(keepKeys(folder, TENANT)).toEqual({ ...first, firstKey: null });
    for (const name of ['api-key', 'master-key']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^\S+\n$/);
    }
    expect(first.masterKey).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are told to executors by id and digest', () => {
    const { firstKey, rootKeyDigest } = keepKeys(folder, TENANT);
    const digest = createHash('sha256')
      .update(firstKey ?? '')
      .digest('hex');
    expect(parseKeyDigest(rootKeyDigest)).toEqual({
      keyId: parseApiKey(firstKey ?? '')?.keyId,
      tenant: 'acme',
      digest,
    });
    expect(rootKeyDigest).not.toContain(firstKey?.split('_').at(-1));
  });

  it('are not made where the master key is given, and never of another tenant', () => {
    expect(keepKeys(folder, TENANT, 'ab'.repeat(32)).masterKey).toBe('ab'.repeat(32));
    expect(() => keepKeys(folder, TenantName.parse('other'))).toThrow(
      /of tenant acme: start with DO_TENANT=acme/,
    );
    writeFileSync(join(folder, 'api-key'), 'nonsense');
    expect(() => keepKeys(folder, TENANT)).toThrow(/holds no API key/);
  });
});
