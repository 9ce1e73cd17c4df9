/** A copy of the sources in which something may be made wrong, with the packages that are installed for the original. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Scopes of the workspace's own packages: they must lead into the copy. */
const OWN_SCOPES = ['@action-do', '@do-sdk'];

/** @param {string} root  @returns {string} the copy's folder, the caller's to delete */
export function copyOfTree(root) {
  const tree = mkdtempSync(join(tmpdir(), 'action-do-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of listed.split('\0')) {
    // Deleted and not committed yet: it is gone in the copy as well.
    if (file === '' || !existsSync(join(root, file))) continue;
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  linkPackages(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const parent of ['apps', 'libs', 'test', 'examples'])
    for (const project of readdirSync(join(root, parent))) {
      const nested = join(parent, project, 'node_modules');
      if (existsSync(join(root, nested)) && existsSync(join(tree, parent, project)))
        symlinkSync(join(root, nested), join(tree, nested));
    }
  return tree;
}

function linkPackages(from, to) {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (!OWN_SCOPES.includes(name)) {
      symlinkSync(join(from, name), join(to, name));
      continue;
    }
    mkdirSync(join(to, name));
    for (const own of readdirSync(join(from, name)))
      symlinkSync(readlinkSync(join(from, name, own)), join(to, name, own));
  }
}
