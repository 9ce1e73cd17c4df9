import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateFile, writePrivateFile } from './private-file.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ado-file-'));
  file = join(folder, 'master-key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a private file', () => {
  it('that is created stays as it is where it is there already', () => {
    createPrivateFile(file, 'first');
    createPrivateFile(file, 'second');
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['first', ['master-key']]);
  });

  it('that is written replaces the one before, with its rights', () => {
    writeFileSync(file, 'open to all', { mode: 0o644 });
    writePrivateFile(file, 'second');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['second', 0o600]);
  });
});
