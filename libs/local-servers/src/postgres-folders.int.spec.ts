import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { postgresFolders } from './postgres-folders.js';
import { temporaryFolder } from './temporary-folder.js';

it('PostgreSQL is looked for where Debian and Homebrew put it, the newest version first', () => {
  const folder = temporaryFolder('action-do-places');
  const debian = join(folder.path, 'lib');
  const homebrew = join(folder.path, 'opt');
  for (const name of ['9', '15']) mkdirSync(join(debian, name), { recursive: true });
  for (const name of ['postgresql@16', 'postgresql@9', 'node@24', 'postgresql-tools'])
    mkdirSync(join(homebrew, name), { recursive: true });
  expect(postgresFolders([debian, homebrew, join(folder.path, 'nowhere')])).toEqual([
    join(homebrew, 'postgresql@16', 'bin'),
    join(debian, '15', 'bin'),
    join(debian, '9', 'bin'),
    join(homebrew, 'postgresql@9', 'bin'),
  ]);
  folder.remove();
});
