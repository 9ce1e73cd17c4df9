/** Runs the linter with the repository's own configuration over files that are not part of it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles, root } from './repository.js';

interface Report {
  diagnostics: { message: string; location: { path: string } }[];
}

/** What decides about a lint run: the rules, the ignored files, and what each project declares. */
const configuration = [
  'biome.json',
  '.gitignore',
  ...listFiles('tools/lint', 'package.json', '*/package.json'),
];

/** @param files text by path, as if they stood in the repository
 *  @returns the messages by path; a file the linter has nothing to say about has none */
export function lint(files: Map<string, string>): Map<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidy-'));
  try {
    for (const path of configuration) cpSync(root + path, join(folder, path));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return messagesByPath(runBiome(folder), [...files.keys()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runBiome(folder: string): Report {
  const biome = `${root}node_modules/@biomejs/biome/bin/biome`;
  const options = ['--reporter=json', '--max-diagnostics=none', '--colors=off'];
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', ...options, '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`biome gave no report: ${stdout}${stderr}`, { cause });
  }
}

function messagesByPath({ diagnostics }: Report, paths: string[]): Map<string, string[]> {
  const messages = new Map(paths.map((path): [string, string[]] => [path, []]));
  for (const { message, location } of diagnostics) messages.get(location.path)?.push(message);
  return messages;
}
