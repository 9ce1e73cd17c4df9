import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@action-do/test-support';
import { examplesIn, type MarkedExample } from './markdown-examples.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Somebody who does what a page of docs/how-to says, in a folder where the packages and `ado` are installed. */
export class Reader {
  private readonly folder = temporaryFolder('action-do-reader');
  readonly path = this.folder.path;
  /** In the order of the page. */
  readonly examples: readonly MarkedExample[];

  /** @param page in docs/how-to, or elsewhere by a path from there */
  constructor(page: string) {
    this.examples = examplesIn(readFileSync(join(root, 'docs/how-to', page), 'utf8'));
    mkdirSync(join(this.path, 'node_modules'));
    for (const name of ['@do-sdk', 'zod'])
      symlinkSync(join(root, 'node_modules', name), join(this.path, 'node_modules', name));
    mkdirSync(join(this.path, 'bin'));
    const ado = join(this.path, 'bin', 'ado');
    writeFileSync(
      ado,
      `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'apps/cli/bin/ado.mjs')}' "$@"\n`,
    );
    chmodSync(ado, 0o755);
  }

  example(name: string): MarkedExample {
    const found = this.examples.find((given) => given.name === name);
    if (found === undefined) throw new Error(`the page has no ${name}`);
    return found;
  }

  /** Writes a file that the page shows. @returns its path */
  file(name: string): string {
    const path = join(this.path, name);
    writeFileSync(path, this.example(name).code);
    return path;
  }

  /** Runs what the page shows, as its language has it. */
  run(name: string, env: Readonly<Record<string, string>>): Promise<Ran> {
    const { language, code } = this.example(name);
    const script = join(this.path, `example.${language === 'js' ? 'mjs' : language}`);
    writeFileSync(script, code);
    const command = language === 'js' ? process.execPath : 'sh';
    const options = {
      cwd: this.path,
      env: { PATH: `${join(this.path, 'bin')}:${process.env['PATH']}`, ...env },
      timeout: 30_000,
    };
    return new Promise((resolve) => {
      const child = execFile(
        command,
        language === 'js' ? [script] : ['-e', script],
        options,
        (_error, out, err) => resolve({ code: child.exitCode, out, err }),
      );
    });
  }

  leave(): void {
    this.folder.remove();
  }
}
