import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FIRST_EXAMPLE_TS, TESTING_JS, TESTING_TS, TYPED_TS, WRONG_TS } from './sdk-package-users.js';

/** The packages as a user gets them: packed, installed outside the repository, imported, compiled. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);
const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
/** With a cache of its own: what npm happens to remember of this machine must not decide what can be installed. */
let env: Record<string, string | undefined>;

/** What is inside the package's bundles. */
const INTERNAL = ['contracts', 'domain', 'messaging'];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
let home: string;
/** A copy of what is packed: packing changes what other tests run meanwhile. */
let repository: string;
let core: Packed;
let actions: Packed;
/** Of the action kit, as packed. */
let manifest: { readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>> };
/** What the packages need of others, as it is installed here. */
let needed: readonly Packed[];
/** A folder of a user who has installed both packages, and nothing else. */
let installed: string;

async function copyRepository(): Promise<void> {
  repository = join(home, 'workshop/repository');
  const isOfUse = (path: string) => !/[/\\](node_modules|out-tsc)$/.test(path);
  const copied = { recursive: true, preserveTimestamps: true, filter: isOfUse };
  const libs = [...INTERNAL, 'sdk', 'action-kit'].map((name) => `libs/${name}`);
  for (const path of ['tsconfig.base.json', ...libs])
    await cp(join(ROOT, path), join(repository, path), copied);
  const internal = join(repository, 'node_modules/@action-do');
  await mkdir(internal, { recursive: true });
  for (const name of INTERNAL) await symlink(join(repository, 'libs', name), join(internal, name));
  await symlink(join(ROOT, 'node_modules'), join(home, 'workshop/node_modules'));
}

/** As a user does it, with all that runs before and after. */
async function packOurs(name: string, destination = home): Promise<Packed> {
  const cwd = join(repository, 'libs', name);
  const [packed] = await pack(cwd, destination);
  if (!packed) throw new Error(`npm pack in ${cwd} packed nothing`);
  return packed;
}
/** All at once: to begin npm takes longer than to pack. */
const packTheirs = (folders: readonly string[]) =>
  pack(ROOT, home, '--ignore-scripts', ...folders.map((folder) => join(ROOT, folder)));

async function pack(cwd: string, destination: string, ...more: string[]): Promise<Packed[]> {
  const args = ['pack', '--json', '--pack-destination', destination, ...more];
  const { stdout } = await run('npm', args, { cwd, env });
  return JSON.parse(stdout);
}

/** The dependencies of a package and theirs, by the folders in which they are installed. */
async function foldersOfDependencies(folder: string): Promise<string[]> {
  const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
    await readFile(join(ROOT, folder, 'package.json'), 'utf8'),
  );
  const direct = Object.keys(dependencies).map((name) => `node_modules/${name}`);
  const theirs = await Promise.all(direct.map(foldersOfDependencies));
  return [...new Set([...direct, ...theirs.flat()])];
}

/** Where npm has installed both packages from their tarballs, once: all projects have the same of them. */
async function install(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module' }),
  );
  const tarballs = [core, actions, ...needed].map(({ filename }) => join(home, filename));
  const quiet = [
    '--offline',
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
  ];
  await run('npm', ['install', ...quiet, ...tarballs], { cwd: folder, env });
}

/** A project with both packages as npm installed them; what they need from elsewhere is linked, not fetched. */
async function project(
  name: string,
  files: Record<string, string>,
  linked: readonly string[],
): Promise<string> {
  const folder = join(home, name);
  await cp(installed, folder, { recursive: true, verbatimSymlinks: true });
  for (const dependency of linked) {
    await mkdir(dirname(join(folder, 'node_modules', dependency)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', dependency), join(folder, 'node_modules', dependency));
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

/** What the compiler complains about; empty where it does not. */
const complaints = (folder: string) =>
  run(process.execPath, [TSC, '--noEmit', '-p', folder]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sdk-package-'));
  env = { ...Object.fromEntries(inherited), npm_config_cache: join(home, 'npm-cache') };
  await copyRepository();
  core = await packOurs('sdk');
  actions = await packOurs('action-kit');
  const { stdout } = await run('tar', ['-xzOf', join(home, actions.filename), 'package/package.json']);
  manifest = JSON.parse(stdout);
  needed = await packTheirs(await foldersOfDependencies('libs/action-kit'));
  installed = join(home, 'installed');
  await install(installed);
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

describe('a packed package', () => {
  it('holds its code, its types and its README, and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|dist\/((perform|postgres|schema)\/)?[a-z-]+\.(js|d\.ts)(\.map)?|dist\/worker\/start-worker\.js|dist\/testing\/(crash-lab\.js|crash-(lab|point|report)\.d\.ts))$/;
    for (const { files } of [core, actions]) {
      const paths = files.map(({ path }) => path);
      expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
      expect(paths).toEqual(expect.arrayContaining(['README.md', 'dist/index.js', 'dist/index.d.ts']));
      expect(paths.filter((path) => /spec|contract/.test(path))).toEqual([]);
    }
  });

  it('has no door that leads to what is not in it', () => {
    expect(manifest.exports).toMatchObject({ '.': { default: './dist/index.js' }, './testing': {} });
    const paths = new Set(actions.files.map(({ path }) => `./${path}`));
    const doors = Object.entries(manifest.exports).flatMap(([name, door]) =>
      (typeof door === 'string' ? [door] : Object.values(door)).map((path) => [name, path] as const),
    );
    expect(doors.filter(([, path]) => !paths.has(path))).toEqual([]);
  });

  it('imports nothing that a user has not: the core nothing at all, the action kit zod and nats', async () => {
    const folder = await project('imports', {}, []);
    const importsOf = async (name: string) => {
      const dist = join(folder, 'node_modules/@do-sdk', name, 'dist');
      const files = await readdir(dist, { recursive: true });
      const code = files.filter((file) => /\.(js|d\.ts)$/.test(file));
      const texts = await Promise.all(code.map((file) => readFile(join(dist, file), 'utf8')));
      const found = texts.flatMap((text) => [
        ...text.matchAll(/(?:from|import|import\() ?['"]([^.'"][^'"]*)['"]/g),
      ]);
      const specifiers = found.map(([, specifier = '']) => specifier);
      return new Set(specifiers.filter((specifier) => !specifier.startsWith('node:')));
    };
    expect(await importsOf('core')).toEqual(new Set());
    expect(await importsOf('actions')).toEqual(new Set(['zod', 'nats']));
  }, 60_000);
});

describe('a package that is packed again', () => {
  const again = async () => {
    const workshop = dirname(repository);
    return join(workshop, (await packOurs('action-kit', workshop)).filename);
  };

  it('holds its bundles as their sources are now, whichever of them has changed', async () => {
    for (const [source, part] of [
      ['libs/action-kit/src/worker/stop-signals.ts', 'worker/start-worker'],
      ['libs/messaging/src/open-requests.ts', 'worker/start-worker'],
      ['libs/domain/src/execution/takeover.decider.ts', 'testing/crash-lab'],
    ] as const) {
      await appendFile(
        join(repository, source),
        `\nObject.assign(globalThis, { changed: 'now ${source}' });\n`,
      );
      const { stdout } = await run('tar', ['-xzOf', await again(), `package/dist/${part}.js`]);
      expect(stdout).toContain(`now ${source}`);
    }
  }, 60_000);

  it('leaves what the repository runs as the compiler wrote it', async () => {
    const dist = join(repository, 'libs/action-kit/dist');
    const parts = ['worker/start-worker.js', 'testing/crash-lab.js'];
    const compiled = () => Promise.all(parts.map((part) => readFile(join(dist, part), 'utf8')));
    const manifestOf = (folder: string) => readFile(join(folder, 'libs/action-kit/package.json'), 'utf8');
    const before = await compiled();
    expect(before[0]).toContain("from '@action-do/messaging'");
    expect(before[1]).not.toContain('Bundled');
    await again();
    expect(await compiled()).toEqual(before);
    expect(await manifestOf(repository)).toBe(await manifestOf(ROOT));
    const left = await Promise.all(['worker', 'testing'].map((folder) => readdir(join(dist, folder))));
    expect(left.flat().filter((name) => !/\.(js|ts|map)$/.test(name))).toEqual([]);
  }, 60_000);
});

describe('in a plain JavaScript project', () => {
  let stub: Server;
  beforeAll(async () => {
    stub = createServer((request, response) => {
      const execution = { id: 'exe_1-1', status: 'succeeded', asked: `${request.method} ${request.url}` };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ result: { messageId: 'm1' }, execution }));
    });
    await new Promise<void>((listening) => stub.listen(0, '127.0.0.1', listening));
  });
  afterAll(async () => {
    stub.closeAllConnections();
    await new Promise((closed) => stub.close(closed));
  });

  it('the first example runs, and definitions can be made', async () => {
    const main = `
      import { Do } from '@do-sdk/core';
      import { defineAction, isActionDefinition } from '@do-sdk/actions';
      import { z } from 'zod';
      const a = new Do(process.env.DO_API_KEY);
      const { result, error } = await a.action.execute({
        name: 'send-welcome-email',
        params: { userId: 'usr_1', template: 'v2' },
      });
      const echo = defineAction({ name: 'echo', params: z.object({ a: z.string() }), result: z.string(),
        effects: 'none', run: ({ a }) => a });
      process.stdout.write(JSON.stringify({ result, error, definition: isActionDefinition(echo) }));
    `;
    const folder = await project('plain', { 'main.mjs': main }, ['zod']);
    const { port } = stub.address() as AddressInfo;
    const { stdout } = await run(process.execPath, ['main.mjs'], {
      cwd: folder,
      env: { ...env, DO_API_KEY: 'do_key', DO_BASE_URL: `http://127.0.0.1:${port}` },
    });
    expect(JSON.parse(stdout)).toEqual({ result: { messageId: 'm1' }, definition: true });
  }, 60_000);

  it('the crash lab runs by itself, and an effect goes into a transaction of whatever driver', async () => {
    const folder = await project('testing', { 'main.mjs': TESTING_JS }, ['zod']);
    const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({
      said: ['begin', 'insert', 'update', 'commit'],
      result: 'done',
      ofOneCopy: true,
      verdicts: [
        expect.stringMatching(/^send \(idempotent: exactly one effect\): broken in \d+ of \d+ lives$/),
        expect.stringMatching(/^send \(idempotent: exactly one effect\): kept of \d+ lives$/),
      ],
    });
  }, 60_000);

  it('a worker loads the bus only when it serves, and says what it cannot reach', async () => {
    const main = `
      import { defineAction, serveActions } from '@do-sdk/actions';
      import { createRequire } from 'node:module';
      import { z } from 'zod';
      const echo = defineAction({ name: 'echo', params: z.object({ a: z.string() }), result: z.string(),
        effects: 'none', run: ({ a }) => a });
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => /node_modules.nats./.test(file));
      const before = loaded();
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const key = 'do_live_default-0arvk9dgxf1a_8m7zfsv8c08px0ya1qrxdzq46j8719hf01k2kfy';
      const serving = serveActions([echo], { natsUrl: 'nats://127.0.0.1:1', apiKey: key, startTimeoutMs: 0, logger });
      const error = await serving.catch((caught) => caught);
      process.stdout.write(JSON.stringify({ before, after: loaded(), name: error.name, code: error.code }));
    `;
    const folder = await project('worker', { 'main.mjs': main }, ['zod']);
    const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: folder, env });
    const expected = { before: false, after: true, name: 'WorkerError', code: 'NATS_UNREACHABLE' };
    expect(JSON.parse(stdout)).toEqual(expected);
  }, 60_000);
});

describe('in a strict TypeScript project', () => {
  const strict = { strict: true, skipLibCheck: false, target: 'es2022', module: 'nodenext' };
  const tight = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const config = (compilerOptions: object) => JSON.stringify({ compilerOptions, include: ['*.ts'] });

  it("the user's own first example compiles with Node's types, the browser's, and none", async () => {
    const files = { 'main.ts': FIRST_EXAMPLE_TS, 'tsconfig.json': config({ ...strict, types: ['node'] }) };
    const node = await project('ts-node', files, ['@types/node', 'undici-types']);
    expect(await complaints(node)).toBe('');
    const withoutNode = `declare const process: { env: { DO_API_KEY?: string } };${FIRST_EXAMPLE_TS}`;
    await writeFile(join(node, 'main.ts'), withoutNode);
    await writeFile(
      join(node, 'tsconfig.json'),
      config({ ...strict, ...tight, types: [], lib: ['es2022', 'dom'] }),
    );
    expect(await complaints(node)).toBe('');
    const bare = FIRST_EXAMPLE_TS.slice(0, FIRST_EXAMPLE_TS.indexOf('if (error)')).replace(
      'process.env.DO_API_KEY',
      "'k'",
    );
    await writeFile(join(node, 'main.ts'), bare);
    await writeFile(join(node, 'tsconfig.json'), config({ ...strict, ...tight, types: [], lib: ['es2022'] }));
    expect(await complaints(node)).toBe('');
  }, 60_000);

  it('definitions type the calls', async () => {
    const files = {
      'typed.ts': TYPED_TS,
      'lab.ts': TESTING_TS,
      'tsconfig.json': config({ ...strict, ...tight, types: ['node'] }),
    };
    const folder = await project('ts-typed', files, ['zod', '@types/node', 'undici-types']);
    expect(await complaints(folder)).toBe('');
    await writeFile(join(folder, 'wrong.ts'), WRONG_TS);
    const said = await complaints(folder);
    expect(said).toMatch(
      /wrong\.ts\(3,\d+\): error TS2322: Type '"send-mial"' is not assignable to type '"send-mail"'/,
    );
    expect(said).toMatch(
      /wrong\.ts\(4,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/,
    );
    expect(said.match(/error TS/g)).toHaveLength(2);
  }, 60_000);
});
