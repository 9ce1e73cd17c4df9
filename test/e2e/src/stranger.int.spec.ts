import { execFile } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inheritedEnvironment, temporaryFolder, until } from '@action-do/test-support';
import { copyClone } from './clone-copy.js';
import { type ForegroundProgram, startInForeground } from './foreground-program.js';
import { examplesIn, type MarkedExample, patternOf } from './markdown-examples.js';
import { RIGHT_CALLS_TS, STRANGE_ACTION, WRONG_CALLS_TS } from './stranger-programs.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/tutorial/your-first-action.md'), 'utf8');
/** Of all commands but what npm installs. */
const COMMANDS_MS_MAX = 120_000;
const DOCUMENTED_URL = 'http://127.0.0.1:8420';

const folder = temporaryFolder('action-do-stranger');
const clone = join(folder.path, 'action.do');
const project = join(folder.path, 'seats');
/** Without what an npm above has set for itself, save where it installs from. */
const inherited = Object.fromEntries(
  Object.entries(inheritedEnvironment()).filter(
    ([name]) => !/^npm_/i.test(name) || name === 'npm_config_registry' || name === 'npm_config_cache',
  ),
);
let url = '';
let started: ForegroundProgram | undefined;
let commandsMs = 0;

beforeAll(() => copyClone(ROOT, clone), 120_000);
afterAll(async () => {
  await started?.interrupt();
  folder.remove();
});

async function shell(code: string, cwd: string): Promise<string> {
  const env = { ...inherited, ...(url === '' ? {} : { DO_BASE_URL: url }) };
  const command = code.replaceAll(DOCUMENTED_URL, url || DOCUMENTED_URL);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], { cwd, env });
  return stdout;
}
const inProject = (code: string): Promise<string> => shell(code, project);
const ado = (words: string): Promise<string> => inProject(`npm run -s ado -- ${words}`);

async function start({ code, output = '' }: MarkedExample): Promise<void> {
  const env = { ...inherited, DO_HTTP_PORT: '0' };
  // What it performs is told behind the address.
  started = await startInForeground(code, { cwd: project, env, ready: /^ {2}try /m });
  const said = started.stdout();
  const ready = said.slice(said.indexOf('action.do ready'));
  url = /http:\S+/.exec(ready)?.[0] ?? '';
  expect(ready).toMatch(patternOf(output));
}

/** One example as a reader does it. */
async function follow(example: MarkedExample): Promise<void> {
  const { kind, name, code, output } = example;
  if (kind === 'file') return writeFileSync(join(project, name), code);
  if (name === 'start') return start(example);
  const run = async () => squeezed(await shell(code, name === 'project' ? project : clone));
  const pattern = patternOf(squeezed(output ?? ''));
  let said = await run();
  const isSaid = async (): Promise<boolean> => {
    if (!pattern.test(said)) said = await run();
    return pattern.test(said);
  };
  // Views follow the log by some milliseconds: a reader who is that quick looks again.
  if (/ado -- (actions|audit) /.test(code)) await until('the views have it', isSaid).catch(() => undefined);
  expect(said).toMatch(pattern);
}

/** Columns are as wide as what is in them. */
const squeezed = (text: string): string => text.replace(/(?<=\S) {3,}/g, '  ');

describe("a stranger's first minutes", () => {
  const examples = examplesIn(page);

  it('are as the tutorial tells them, command by command, and take less than two minutes', async () => {
    expect(examples.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['clone', 'install', 'start', 'project', 'actions/reserve-seat.js']),
    );
    let isFirstFile = true;
    for (const example of examples) {
      // The first listing is what `ado init` made.
      if (example.kind === 'file' && isFirstFile)
        expect(readFileSync(join(project, example.name), 'utf8')).toBe(example.code);
      isFirstFile &&= example.kind !== 'file';
      const before = performance.now();
      await follow(example);
      if (example.name !== 'install') commandsMs += performance.now() - before;
    }
    expect(readdirSync(join(project, 'data/reservations'))).toHaveLength(2);
    expect(commandsMs).toBeLessThan(COMMANDS_MS_MAX);
    process.stderr.write(`the commands of the tutorial took ${Math.round(commandsMs / 100) / 10} s\n`);
  }, 300_000);

  it('go on with types with which a wrong name, or wrong params, do not compile', async () => {
    writeFileSync(join(project, 'strange.json'), JSON.stringify(STRANGE_ACTION));
    expect(await ado('actions register strange.json')).toMatch(/^status +registered$/m);
    expect(await ado('actions register strange.json')).toMatch(/^status +known already/m);
    await until('the catalogue has it', async () =>
      (await ado('actions ls -o id')).includes('strange-2fa@1'),
    );
    expect(await ado('actions types --out actions.ts')).toBe('actions.ts  2 actions\n');
    writeFileSync(join(project, 'right.ts'), RIGHT_CALLS_TS);
    writeFileSync(join(project, 'wrong.ts'), WRONG_CALLS_TS);
    const options =
      '--noEmit --strict --exactOptionalPropertyTypes --target es2023 --module nodenext --skipLibCheck --types';
    const tsc = (file: string) =>
      inProject(
        `node ${JSON.stringify(join(ROOT, 'node_modules/typescript/bin/tsc'))} ${options} '' ${file}`,
      ).then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      );
    expect(await tsc('right.ts')).toBe('');
    const complaints = (await tsc('wrong.ts')).split('\n').filter((line) => /^wrong\.ts\(/.test(line));
    const lines = WRONG_CALLS_TS.split('\n').flatMap((line, index) =>
      line.includes('// wrong') ? [index + 1] : [],
    );
    expect(complaints.map((line) => Number(/\((\d+),/.exec(line)?.[1]))).toEqual(lines);
  }, 120_000);

  it('end with what they started, and the next start goes on from there', async () => {
    await started?.interrupt();
    const example = examples.find(({ name }) => name === 'start');
    if (example === undefined) throw new Error('the tutorial starts nothing');
    await start({ ...example, output: '' });
    expect(await inProject('node call.js')).toContain('replayed: true');
    await started?.interrupt();
    expect(readdirSync(join(project, 'data/reservations'))).toHaveLength(2);
  }, 120_000);

  it('are followed by a newer action.do of the same version, as the README of the project says', async () => {
    appendFileSync(join(clone, 'libs/sdk/src/index.ts'), "export const AGE = 'newer';\n");
    const age = () => inProject('node -e "import(\'@do-sdk/core\').then(({ AGE }) => console.log(AGE))"');
    expect(await age()).toBe('undefined\n');
    const [newer] = examplesIn(readFileSync(join(project, 'README.md'), 'utf8'));
    await inProject(newer?.code.replaceAll('<clone>', clone) ?? 'false');
    expect(await age()).toBe('newer\n');
    // What is written down is what is there: another checkout of the project gets it, too.
    await inProject('npm ci --no-audit --no-fund');
    expect(await age()).toBe('newer\n');
  }, 120_000);
});
