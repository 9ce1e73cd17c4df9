import { createHash } from 'node:crypto';
import { apiKeyChecksum } from '@action-do/contracts';
import { KeyVerifier } from './key-verifier.js';

const keyOf = (n: number, secret = '0'.repeat(32)): string => {
  const body = `do_live_default-${String(n).padStart(12, '0')}_${secret}`;
  return `${body}${apiKeyChecksum(body)}`;
};
const KEY = keyOf(1);
const digest = createHash('sha256').update(KEY).digest('hex');

/** Only the first key is known. */
function world() {
  const asked: string[] = [];
  const time = { nowMs: 0 };
  const answers = { isThere: true };
  const find = async (keyId: string) => {
    asked.push(keyId);
    if (!answers.isThere) throw new Error('nobody answers');
    return keyId === 'default-000000000001' ? { keyId, digest, name: 'first' } : null;
  };
  return { asked, time, answers, verifier: new KeyVerifier(find, () => time.nowMs) };
}

describe('a key', () => {
  it('says who is calling where its digest is known, and nothing else does', async () => {
    const { asked, verifier } = world();
    expect(await verifier.verify(KEY)).toEqual({ tenant: 'default', keyId: 'default-000000000001' });
    expect(await verifier.verify(keyOf(1, '1'.repeat(32)))).toBeNull();
    expect(await verifier.verify(keyOf(2))).toBeNull();
    const before = asked.length;
    expect(await verifier.verify(`${KEY.slice(0, -1)}x`)).toBeNull();
    expect(asked).toHaveLength(before);
  });

  it('is looked up again after a second, so that a revoked one is refused', async () => {
    const { asked, time, verifier } = world();
    for (const nowMs of [0, 999, 1_000, 1_999]) {
      time.nowMs = nowMs;
      await verifier.verify(KEY);
    }
    expect(asked).toHaveLength(2);
  });

  it('is looked up again at once where that failed', async () => {
    const { answers, verifier } = world();
    answers.isThere = false;
    await expect(verifier.verify(KEY)).rejects.toThrow('nobody answers');
    answers.isThere = true;
    expect(await verifier.verify(KEY)).not.toBeNull();
  });

  it('that is made up takes no more memory than a bound: the oldest makes room', async () => {
    const { asked, verifier } = world();
    for (let n = 1; n <= 10_001; n++) await verifier.verify(keyOf(n));
    await verifier.verify(keyOf(10_001));
    expect(asked).toHaveLength(10_001);
    await verifier.verify(keyOf(1));
    expect(asked).toHaveLength(10_002);
  });
});
