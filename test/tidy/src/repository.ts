/** The repository as git sees it: what is tracked or would be, never what is ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Ends with a slash. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Fixtures break the rules on purpose. */
const fixtures = ':!test/tidy/fixtures';

/** Paths relative to the root. @param patterns git pathspecs: '*.ts', 'libs/*\/src/*.ts', ':!*.md' */
export function listFiles(...patterns: string[]): string[] {
  const command = ['ls-files', '-co', '--exclude-standard', '--deduplicate', '--', ...patterns, fixtures];
  const listed = execFileSync('git', command, { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((path) => path !== '' && existsSync(root + path));
}

export const isTest = (path: string): boolean => /\.(spec|contract)\.ts$/.test(path);

export const textOf = (path: string): string => readFileSync(root + path, 'utf8');

/** Every line of `files` that `pattern` finds, as "path:line: text". */
export function findLines(files: string[], pattern: RegExp): string[] {
  return files.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}
