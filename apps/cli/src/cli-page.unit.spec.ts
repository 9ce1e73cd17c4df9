import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { EXIT } from './exit-codes.js';
import { Output } from './output/output.js';
import { createProgram, everyCommand } from './program.js';

const page = readFileSync(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8');
const output = new Output(new Writable());
const program = createProgram(
  {
    env: {},
    stdout: new Writable(),
    stderr: new Writable(),
    stdin: process.stdin,
    fetch: globalThis.fetch,
    runNpm: async () => ({ code: 1, said: '' }),
    cwd: '.',
    nowMs: () => 0,
    sleep: async () => undefined,
    isTTY: { stdout: false, stderr: false },
    columns: undefined,
    signal: new AbortController().signal,
  },
  { stdout: output, stderr: output, said: { out: '', err: '' } },
  () => undefined,
);
const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
const commands = everyCommand(program).filter((command) => command.commands.length === 0);

describe('the page of the command line', () => {
  it.each(commands.map((command) => [nameOf(command), command] as const))(
    'has %s with an example, and each of its options',
    (name, command) => {
      const section = page.split(/^### /m).find((text) => text.startsWith(`\`${name}`)) ?? '';
      expect(section).toMatch(/```sh\n(.*\n)*.*ado /);
      expect(section).toContain(name);
      const own = command.options.filter(
        ({ long }) => !program.options.some((o) => o.long === long && long !== '--version'),
      );
      // The filters of ls are told once.
      const told = name === 'ado audit ls' ? section + page : section;
      for (const { long } of own) expect(told).toContain(String(long));
    },
  );

  it('has the global options, and every exit code', () => {
    for (const { long } of program.options) expect(page).toContain(String(long));
    for (const exitCode of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^\\| ${exitCode} \\|`, 'm'));
  });

  it('has no command that there is not', () => {
    const named = [...page.matchAll(/^### `(ado(?: [a-z]+)+)/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(commands.map(nameOf).sort());
  });
});
