import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './repository.js';

const buildIndex = (...words: string[]) =>
  spawnSync(process.execPath, [`${root}tools/adr-index.mjs`, ...words], { encoding: 'utf8' });

it('the index of the decision records lists each with its title and status', () => {
  expect(buildIndex('--check')).toMatchObject({ status: 0, stderr: '' });
});

describe('a folder of records', () => {
  let folder: string;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adr-'));
    write('0001-use-one-log.md', '# 0001: Use one log\n\nStatus: accepted\nDate: 2026-01-31\n');
    buildIndex(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('passes with the index built from it', () => {
    expect(buildIndex('--check', folder).status).toBe(0);
  });

  it('is refused when a record was added and not the index', () => {
    write('0002-use-two.md', '# 0002: Use two\n\nStatus: proposed\nDate: 2026-02-01\n');
    expect(buildIndex('--check', folder)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('out of date'),
    });
  });

  it('is refused when a record has no status', () => {
    write('0002-use-two.md', '# 0002: Use two\n\nDate: 2026-02-01\n');
    expect(buildIndex(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('Status') });
  });
});
