import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { folderOfClone } from '../init/clone.js';
import { ado, emptyFolder } from '../testing/ado.contract.js';

const clone = folderOfClone();
/** As `npm pack` would: tarballs in the folder that it is told. */
const packing = async (args: readonly string[], cwd: string) => {
  const into = args[args.indexOf('--pack-destination') + 1] ?? '';
  const names = cwd === clone ? ['do-sdk-core-0.1.0.tgz', 'do-sdk-actions-0.1.0.tgz'] : [];
  for (const name of names) writeFileSync(join(into, name), name);
  return { code: 0, said: '' };
};
const FILES = [
  '.gitignore',
  'README.md',
  'actions/reserve-seat.js',
  'actions/reserve-seat.test.js',
  'call.js',
  'package.json',
  'platform.js',
  'vendor/do-sdk-actions-0.1.0.tgz',
  'vendor/do-sdk-core-0.1.0.tgz',
];

describe('ado init', () => {
  it('makes a project, asks nobody, and says what it made and the three commands that follow', async () => {
    const cwd = emptyFolder();
    const { exitCode, out, asked } = await ado(['init', 'Höfe & Co'], { cwd, runNpm: packing });
    const folder = join(cwd, 'Höfe & Co');
    expect([exitCode, asked.length]).toEqual([0, 0]);
    for (const file of FILES) expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
    expect(out.split('\n').map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      `made ${folder}`,
      ...FILES,
      'next',
      "cd 'Höfe & Co'",
      'npm install',
      'npm start',
      '',
    ]);
  });

  it('finds its packages in itself, and the platform by a path from itself', async () => {
    const cwd = emptyFolder();
    const { out } = await ado(['init', '-o', 'json'], { cwd, runNpm: packing });
    const manifest = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    expect(manifest.dependencies).toEqual({
      '@do-sdk/actions': 'file:vendor/do-sdk-actions-0.1.0.tgz',
      '@do-sdk/core': 'file:vendor/do-sdk-core-0.1.0.tgz',
      zod: JSON.parse(readFileSync(join(clone, 'apps/cli/package.json'), 'utf8')).dependencies.zod,
    });
    expect(manifest.name).toMatch(/^[a-z0-9-]+$/);
    expect(resolve(cwd, manifest['action.do'].platform)).toBe(resolve(clone));
    expect(JSON.parse(out)).toEqual({
      folder: cwd,
      files: FILES,
      platform: manifest['action.do'].platform,
      next: ['npm install', 'npm start'],
    });
  });

  it('starts in a folder with a comma, for its actions are told by paths from there; who calls from above is told why not', async () => {
    const cwd = emptyFolder();
    await ado(['init', 'a,b'], { cwd, runNpm: packing });
    const folder = join(cwd, 'a,b');
    const tools = join(folder, 'clone', 'tools');
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, 'start.mjs'), 'process.stdout.write(process.env.DO_ACTIONS)');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ ...manifest, 'action.do': { platform: 'clone' } }),
    );
    const start = (from: string, calledIn = from) =>
      execFileSync(process.execPath, [join(folder, 'platform.js'), 'start'], {
        cwd: from,
        env: { INIT_CWD: calledIn },
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(start(folder)).toBe(join('actions', 'reserve-seat.js'));
    expect(start(folder, join(folder, 'actions'))).toBe('reserve-seat.js');
    expect(() => start(cwd)).toThrow(/commas, so a,b\S+reserve-seat\.js must have none/);
  });

  it('takes a folder that holds nothing but a new git repository, and none that holds anything else', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, '.git'));
    expect((await ado(['init'], { cwd, runNpm: packing })).exitCode).toBe(0);
    const { exitCode, err } = await ado(['init', '.'], { cwd, runNpm: packing });
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/is not empty: .*and \d more/)]);
    const file = await ado(['init', 'package.json'], { cwd, runNpm: packing });
    expect([file.exitCode, file.err]).toEqual([2, expect.stringMatching(/cannot be used/)]);
  });

  it('makes nothing where packing fails, and says what npm said', async () => {
    const cwd = emptyFolder();
    const runNpm = async (args: readonly string[], folder: string) => ({
      ...(await packing(args, folder)),
      code: 1,
      said: 'npm error no space left',
    });
    const { exitCode, err } = await ado(['init', 'new'], { cwd, runNpm });
    expect([exitCode, err, readdirSync(cwd)]).toEqual([2, expect.stringMatching(/no space left/), []]);
  });

  it('of an ado that is in no clone says so', () => {
    expect(() => folderOfClone(pathToFileURL(`${emptyFolder()}/`))).toThrow(/not in a clone/);
  });
});
