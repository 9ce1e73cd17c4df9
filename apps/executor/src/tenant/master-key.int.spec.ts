import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MasterKey } from './master-key.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ado-key-'));
  file = join(folder, 'master-key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secret = Buffer.from('a secret');

describe('the master key', () => {
  it('is made in a file that only its owner may read, and found again', () => {
    const wrapped = MasterKey.fromFile(file).wrap(secret, 'x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(MasterKey.fromFile(file).unwrap(wrapped, 'x')).toEqual(secret);
    expect(readdirSync(folder)).toEqual(['master-key']);
  });

  it.each(['', 'abc', 'g'.repeat(64), 'a'.repeat(65)])(
    'must be 64 hex digits, in the file and in the variable: %j',
    (text) => {
      writeFileSync(file, text);
      expect(() => MasterKey.fromFile(file)).toThrow(/64 hex digits/);
      expect(() => MasterKey.fromHex(text)).toThrow(/64 hex digits/);
    },
  );

  const key = MasterKey.fromHex('ab'.repeat(32));
  const flip = (text: string, at: number) => {
    const bytes = Buffer.from(text, 'base64');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  const wrapped = key.wrap(secret, 'x');
  it.each<[string, () => unknown]>([
    ['with another key', () => MasterKey.fromHex('cd'.repeat(32)).unwrap(wrapped, 'x')],
    ['for another purpose', () => key.unwrap(wrapped, 'y')],
    ['changed in its iv', () => key.unwrap(flip(wrapped, 0), 'x')],
    ['changed in its tag', () => key.unwrap(flip(wrapped, 12), 'x')],
    ['changed in its text', () => key.unwrap(flip(wrapped, 28), 'x')],
    ['cut short', () => key.unwrap(wrapped.slice(0, 8), 'x')],
    [
      'with a tag cut short',
      () => key.unwrap(Buffer.from(wrapped, 'base64').subarray(0, 16).toString('base64'), 'x'),
    ],
    ['empty', () => key.unwrap('', 'x')],
  ])('unwraps nothing that was wrapped otherwise: %s', (_, unwrap) => {
    expect(unwrap).toThrow(expect.objectContaining({ code: 'MASTER_KEY_INVALID' }));
  });

  it('wraps the same secret differently each time', () => {
    expect(key.wrap(secret, 'x')).not.toBe(wrapped);
  });
});
