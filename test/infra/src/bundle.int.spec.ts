/** How the programs are bundled (docs/adr/0019), and what lies in dist/ since the last build. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryFolder } from '@action-do/test-support';
import { root } from './repository.js';

const tool = (name: string) => import(new URL(`../../../tools/bundle/${name}.mjs`, import.meta.url).href);
const { complaintsOf: complaintsIn } = await tool('check-bundle');
const { ABSENT, INSTALLED, MOVED, PROGRAMS, TWICE } = await tool('plan');

const complaintsOf = (bundle: object) => complaintsIn(bundle, root);
const twice = Object.keys(TWICE).map((name) => [`node_modules/${name}/index.js`, { imports: [] }]);

/** As esbuild tells of a bundle that is as planned, with something besides. */
function made(outside: string[] = [], parts: Record<string, string> = {}, warnings: object[] = []) {
  const planned = [...Object.keys(INSTALLED), ...ABSENT];
  const imports = ['node:fs', ...planned, ...outside].map((path) => ({ path, external: true }));
  const moved = Object.fromEntries(Object.keys(MOVED).map((file) => [file, 'look(__dirname);']));
  const text = Object.entries({ ...moved, ...parts }).map(([file, code]) => `// ${file}\n${code}\n`);
  return {
    warnings,
    metafile: { inputs: Object.fromEntries(twice), outputs: { 'dist/chunk-A.js': { imports } } },
    outputFiles: [{ path: 'dist/chunk-A.js', text: `import.meta.url;\n${text.join('\n')}` }],
  };
}

describe('a bundle', () => {
  it('that is as planned is taken', () => {
    expect(complaintsOf(made())).toEqual([]);
    expect(complaintsOf(made(['zod/v4', '@eventstore/db-client/generated/streams_pb.js']))).toEqual([]);
  });

  it.each([
    ['a package that is not installed', made(['left-pad']), 'left-pad is left outside'],
    [
      'a file beside a module',
      made([], { 'libs/a/dist/a.js': 'open(__dirname);' }),
      'libs/a/dist/a.js loads',
    ],
    [
      'an address of a module',
      made([], { 'node_modules/a/a.js': 'open(import.meta.url);' }),
      'node_modules/a/a.js loads',
    ],
    [
      'a name that is known at run time',
      made([], {}, [{ location: { file: 'node_modules/b/b.js' } }]),
      'node_modules/b/b.js loads',
    ],
  ])('that asks for %s, which is not planned, is refused', (_, bundle, complaint) => {
    expect(complaintsOf(bundle)).toEqual([expect.stringContaining(complaint)]);
  });

  it('that imports CommonJS dynamically is refused: its names would be lost', () => {
    const inputs = {
      ...made().metafile.inputs,
      'libs/a/dist/a.js': { imports: [{ kind: 'dynamic-import', path: 'node_modules/old/index.js' }] },
      'node_modules/old/index.js': { imports: [], format: 'cjs' },
    };
    const { metafile, ...rest } = made();
    expect(complaintsOf({ ...rest, metafile: { ...metafile, inputs } })).toEqual([
      expect.stringContaining('node_modules/old/index.js is CommonJS and imported dynamically'),
    ]);
  });

  it('that has inside what a package outside loads too is refused: there would be two of it', () => {
    const { metafile, ...rest } = made();
    const inputs = { ...metafile.inputs, 'node_modules/google-protobuf/google-protobuf.js': { imports: [] } };
    expect(complaintsOf({ ...rest, metafile: { ...metafile, inputs } })).toEqual([
      expect.stringContaining(
        'google-protobuf is inside, and @eventstore/db-client, which is outside, loads',
      ),
    ]);
    expect(complaintsOf({ ...rest, metafile: { ...metafile, inputs: {} } })).toEqual(
      Object.keys(TWICE).map((name) => expect.stringContaining(`${name} is told to be loaded twice`)),
    );
  });

  it('is refused where a plan tells of an exception that is none any more', () => {
    const { metafile, ...rest } = made();
    const [output] = Object.values(metafile.outputs);
    const less = {
      ...metafile,
      outputs: { a: { imports: output?.imports.filter(({ path }) => path !== 'lmdb') } },
    };
    expect(complaintsOf({ ...rest, metafile: less })).toEqual([
      expect.stringContaining('lmdb is told to be outside, and nothing asks for it'),
    ]);
  });
});

describe('a package that is left outside', () => {
  const folder = temporaryFolder('action-do-copies');
  afterAll(() => folder.remove());
  const importer = (path: string, external = true) => ({
    imports: [{ kind: 'import-statement', path, external }],
  });

  it('is refused where a file would be given another copy in dist/ than where it lies', () => {
    for (const path of [
      'node_modules/zod',
      'node_modules/old/node_modules/zod',
      'libs/a/node_modules/@do-sdk/actions',
    ]) {
      mkdirSync(join(folder.path, path), { recursive: true });
      writeFileSync(join(folder.path, path, 'package.json'), '{}');
    }
    const metafile = {
      inputs: {
        'apps/b/dist/main.js': importer('zod'),
        'node_modules/old/lib/deep/index.js': importer('zod/v3'),
        'node_modules/old/lib/inside.js': importer('zod', false),
        'libs/a/dist/index.js': importer('@do-sdk/actions'),
      },
      outputs: {},
    };
    const complaints: string[] = complaintsIn({ ...made(), metafile }, folder.path);
    expect(complaints.filter((complaint) => complaint.includes('another copy'))).toEqual([
      expect.stringMatching(/^node_modules\/old\/lib\/deep\/index\.js is given another copy of zod/),
      expect.stringMatching(/^libs\/a\/dist\/index\.js is given another copy of @do-sdk\/actions/),
    ]);
  });
});

describe('what was bundled', () => {
  it('is every program, with each of our files once, and none that modules of users import', () => {
    const files: string[] = Object.keys(JSON.parse(readFileSync(`${root}dist/made-of.json`, 'utf8')));
    const bundles = files.filter((path) => /^dist\/.*\.js$/.test(path));
    expect(bundles.map((path) => basename(path, '.js'))).toEqual(
      expect.arrayContaining(Object.keys(PROGRAMS)),
    );
    const partsOf = (path: string): Set<string> =>
      new Set(
        [...readFileSync(root + path, 'utf8').matchAll(/^\/\/ ((?:apps|libs|node_modules)\/\S+)$/gm)].map(
          ([, part]) => part ?? '',
        ),
      );
    const parts = bundles.flatMap((path) => [...partsOf(path)]);
    expect(parts.length).toBeGreaterThan(500);
    const seen = new Set<string>();
    const twice = parts.filter((part) => /^(apps|libs)/.test(part) && seen.size === seen.add(part).size);
    expect(twice).toEqual([]);
    expect(parts.filter((part) => /^(libs\/action-kit|node_modules\/zod)\//.test(part))).toEqual([]);
  });
});
