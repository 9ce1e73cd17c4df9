import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { selfTimes } from './self-time.js';

const folder = mkdtempSync(join(tmpdir(), 'self-time-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });
const bundle = join(folder, 'chunk-A.js');
writeFileSync(
  bundle,
  'import x;\n// node_modules/zod/b.js\nvar z;\n\n// apps/executor/dist/a.js\nfunction run() {}\n',
);
/** The executor calls the digest of Node, and zod; then there is nothing to do, and garbage. */
const nodes = [
  { id: 1, callFrame: frame('(root)'), children: [2, 5, 6, 7, 8] },
  { id: 2, callFrame: frame('execute', 'file:///somewhere/apps/executor/dist/a.js'), children: [3, 4] },
  { id: 3, callFrame: frame('Hmac', 'node:internal/crypto/hash') },
  { id: 4, callFrame: frame('parse', 'file:///somewhere/node_modules/zod/b.js') },
  { id: 5, callFrame: frame('(idle)') },
  { id: 6, callFrame: frame('(garbage collector)') },
  { id: 7, callFrame: frame('run', pathToFileURL(bundle).href, 5) },
  { id: 8, callFrame: frame('', pathToFileURL(bundle).href, 2) },
];

function times(samples: number[], sinceUs = 0) {
  const file = join(folder, 'one.cpuprofile');
  const timeDeltas = samples.map(() => 10);
  writeFileSync(file, JSON.stringify({ nodes, startTime: 1_000, samples, timeDeltas }));
  return selfTimes(file, sinceUs);
}

describe('the times of a profile', () => {
  it("Node's own code counts for the package that called it", () => {
    expect(times([2, 3, 3, 4]).packages).toEqual([
      { place: 'apps/executor', share: 0.75 },
      { place: 'zod', share: 0.25 },
    ]);
    expect(times([2, 3, 3, 4]).functions[0]).toEqual({
      place: 'Hmac node:internal/crypto/hash:1',
      share: 0.5,
    });
  });

  it('idle time is no work, garbage is', () => {
    expect(times([5, 5, 6, 2]).packages).toEqual([
      { place: '(garbage collector)', share: 0.5 },
      { place: 'apps/executor', share: 0.5 },
    ]);
  });

  it('what runs from a bundle counts for the package that its part was made of', () => {
    const { packages, functions } = times([7, 7, 7, 8]);
    expect(packages).toEqual([
      { place: 'apps/executor', share: 0.75 },
      { place: 'zod', share: 0.25 },
    ]);
    expect(functions.map(({ place }) => place)).toEqual([
      'run executor/dist/a.js:1',
      '(anonymous) zod/b.js:1',
    ]);
  });

  it('what was before the load counts for nothing', () => {
    expect(times([4, 4, 4, 2], 1_035).packages).toEqual([{ place: 'apps/executor', share: 1 }]);
  });
});
