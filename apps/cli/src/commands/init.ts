import { relative, resolve } from 'node:path';
import type { AddCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { folderOfClone } from '../init/clone.js';
import { makeProject, requireEmpty } from '../init/new-project.js';
import { printable } from '../output/printable.js';

const WHAT: Readonly<Record<string, string>> = {
  'actions/reserve-seat.js': 'an action',
  'actions/reserve-seat.test.js': 'its test',
  'call.js': 'calls it through the SDK',
  'platform.js': 'starts the platform of the clone with the actions of this project',
};

export const addInit: AddCommand = (parent, running) => {
  parent
    .command('init [folder]')
    .description('make a new project with an action, its test and a start script; asks nobody')
    .action(
      running(async (context, [given = '.']) => {
        const { surroundings, paint } = context;
        const folder = resolve(surroundings.cwd, given);
        await requireEmpty(folder);
        const clone = folderOfClone();
        await context.note('Packing @do-sdk/core and @do-sdk/actions, which are not published yet …');
        const { files, platform } = await makeProject(folder, clone, surroundings);
        const there = relative(surroundings.cwd, folder);
        const next = [...(there === '' ? [] : [`cd ${shellWord(there)}`]), 'npm install', 'npm start'];
        await context.writeOne({ folder, files, platform, next }, folder, () => {
          const width = Math.max(...files.map(({ length }) => length));
          const lines = files.map((file) => `  ${file.padEnd(width)}  ${WHAT[file] ?? ''}`.trimEnd());
          return `${paint.bold('made')} ${printable(folder)}\n${lines.join('\n')}\n${paint.bold('next')}\n${next.map((command) => `  ${printable(command)}\n`).join('')}`;
        });
        return EXIT.ok;
      }),
    );
};

/** As shells take it to the letter. */
const shellWord = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
