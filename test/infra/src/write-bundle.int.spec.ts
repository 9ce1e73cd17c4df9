/** dist/ while builds replace it, and how whoever builds knows that it need not (docs/adr/0019). */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@action-do/test-support';
import { root as repository } from './repository.js';

const tool = (name: string) => import(new URL(`../../../tools/bundle/${name}.mjs`, import.meta.url).href);
const { isFresh, statesOf } = await tool('freshness');
const { decidingFiles } = await tool('inputs');
const { PROGRAMS } = await tool('plan');
const { putStamp, removeOld, takeStamp, writeBundle } = await tool('write-bundle');

const TWO_HOURS_AGO = new Date(Date.now() - 7_200_000);
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('action-do-bundle');
});
afterEach(() => folder.remove());

const at = (file: string) => join(folder.path, file);
const there = (file: string) => statSync(at(file), { throwIfNoEntry: false }) !== undefined;
const age = (file: string) => utimesSync(at(file), TWO_HOURS_AGO, TWO_HOURS_AGO);
function put(file: string, text: string): string {
  mkdirSync(dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
  return file;
}

/** What esbuild makes of a source. */
const outputOf = (files: Record<string, string>) =>
  Object.entries(files).map(([name, text]) => ({
    path: `/elsewhere/dist/${name}`,
    contents: Buffer.from(text),
  }));

function build(files: Record<string, string>, read: string[] = []): void {
  const before = takeStamp(folder.path);
  const written = writeBundle(folder.path, outputOf(files));
  putStamp(folder.path, { ...statesOf(folder.path, read), ...written });
  removeOld(folder.path, before, Object.keys(written));
}

describe('what is bundled', () => {
  it('is bundled anew when a file is another, or gone, or nothing is known', () => {
    const source = put('a.js', 'one');
    expect(isFresh(folder.path)).toBe(false);
    build({ 'program.js': 'one' }, [source]);
    expect(isFresh(folder.path)).toBe(true);
    // Older than it was: from another branch, or a backup.
    age(source);
    expect(isFresh(folder.path)).toBe(false);
    build({ 'program.js': 'one' }, [source]);
    rmSync(at(source));
    expect(isFresh(folder.path)).toBe(false);
  });

  it('is mended when a chunk is damaged that the next build makes again', () => {
    const files = { 'chunk-A.js': 'what all load', 'program.js': 'load' };
    build(files);
    truncateSync(at('dist/chunk-A.js'), 3);
    expect(isFresh(folder.path)).toBe(false);
    build(files);
    expect(readFileSync(at('dist/chunk-A.js'), 'utf8')).toBe('what all load');
    expect(isFresh(folder.path)).toBe(true);
  });

  it('is bundled a third time when two builds at once ended in the program of the one and the record of the other', () => {
    const written = writeBundle(folder.path, outputOf({ 'program.js': 'of what is' }));
    // Began earlier, read what was, and writes later.
    writeBundle(folder.path, outputOf({ 'program.js': 'of what was' }));
    putStamp(folder.path, written);
    expect(isFresh(folder.path)).toBe(false);
  });

  it('that was broken off while it was written is known to nobody', () => {
    build({ 'program.js': 'one' });
    expect(takeStamp(folder.path)).toEqual(['dist/program.js']);
    expect(isFresh(folder.path)).toBe(false);
    expect(takeStamp(folder.path)).toBe(null);
  });
});

describe('a chunk that a build supersedes', () => {
  it('stays for an hour from then on, however old it is, and is gone after it', () => {
    build({ 'chunk-A.js': 'a', 'program.js': 'loads a' });
    age('dist/chunk-A.js');
    build({ 'chunk-B.js': 'b', 'program.js': 'loads b' });
    expect(there('dist/chunk-A.js')).toBe(true);
    build({ 'chunk-B.js': 'b', 'program.js': 'loads b' });
    expect(there('dist/chunk-A.js')).toBe(true);
    age('dist/chunk-A.js');
    build({ 'chunk-B.js': 'b', 'program.js': 'loads b' });
    expect(there('dist/chunk-A.js')).toBe(false);
    expect(there('dist/chunk-B.js')).toBe(true);
  });

  it('stays also where nobody knows which build it is of', () => {
    build({ 'chunk-A.js': 'a', 'program.js': 'loads a' });
    age('dist/chunk-A.js');
    // As after a build that was overtaken, or broken off.
    takeStamp(folder.path);
    build({ 'chunk-B.js': 'b', 'program.js': 'loads b' });
    expect(there('dist/chunk-A.js')).toBe(true);
  });
});

describe('a program that is started by hand', () => {
  const TELL_STALE = new URL('../../../tools/bundle/tell-stale.mjs', import.meta.url).href;
  const said = () => spawnSync(process.execPath, [at('dist/program.js')], { encoding: 'utf8' });

  it('says on stderr that it is of an earlier build, and does its work; says nothing where it is not, or nobody knows', () => {
    put('package.json', '{"type":"module"}');
    const source = put('libs/a/dist/index.js', 'one');
    build({ 'program.js': `import '${TELL_STALE}'; console.log('ready');` }, [source]);
    expect(said()).toMatchObject({ stderr: '', stdout: 'ready\n' });
    put(source, 'another');
    expect(said()).toMatchObject({
      stderr: expect.stringMatching(
        /^\S+program\.js is of an earlier build \(libs\/a\/dist\/index\.js .*npm run build.*\n$/,
      ),
      stdout: 'ready\n',
    });
    // As in the image.
    takeStamp(folder.path);
    expect(said()).toMatchObject({ stderr: '', stdout: 'ready\n' });
  });

  it('is each that is no thread', () => {
    for (const [name, file] of Object.entries<string>(PROGRAMS)) {
      const text = readFileSync(`${repository}dist/${name}.js`, 'utf8');
      const chunks = [...text.matchAll(/"\.\/(chunk-\w+\.js)"/g)].map(([, chunk]) => chunk);
      const tells = chunks.some((chunk) =>
        readFileSync(`${repository}dist/${chunk}`, 'utf8').includes('// tools/bundle/tell-stale.mjs\n'),
      );
      expect({ name, tells }).toEqual({ name, tells: file.endsWith('/main.js') });
    }
  });
});

describe('what decides about a bundle', () => {
  it('is each file in it, installed ones too, each package.json above one, and all of the recipe', () => {
    put('tools/bundle/plan.mjs', '');
    const packages = ['package.json', 'libs/a/package.json', 'node_modules/b/package.json'];
    for (const file of [
      ...packages,
      'libs/a/dist/index.js',
      'node_modules/b/esm/b.js',
      'node_modules/b/esm/package.json',
    ])
      put(file, '{}');
    const inputs = ['libs/a/dist/index.js', 'node_modules/b/esm/b.js'];
    expect(new Set(decidingFiles(folder.path, inputs))).toEqual(
      new Set([
        'node_modules/.package-lock.json',
        'tools/bundle/plan.mjs',
        'node_modules/b/esm/package.json',
        ...packages,
        ...inputs,
      ]),
    );
  });

  it('is what the last build here looked at', () => {
    const looked = new Set(Object.keys(JSON.parse(readFileSync(`${repository}dist/made-of.json`, 'utf8'))));
    const some = [
      'bundle-programs',
      'check-bundle',
      'copies',
      'freshness',
      'inputs',
      'plan',
      'tell-stale',
      'write-bundle',
    ];
    for (const name of some) expect(looked).toContain(`tools/bundle/${name}.mjs`);
    expect(looked).toContain('libs/event-store/package.json');
    expect(looked).toContain('apps/gateway/package.json');
    expect(looked).toContain('node_modules/rxjs/package.json');
    expect([...looked].filter((file) => file.startsWith('node_modules/')).length).toBeGreaterThan(1000);
  });
});
