import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@action-do/contracts';
import { usageFailure } from '../cli-failure.js';
import { objectAt } from '../gateway/json-reading.js';
import { memberOf, reasonOf } from '../reason.js';
import type { Surroundings } from '../surroundings.js';

/** The files of a new project as they are, but for what package.json says of its place. */
const TEMPLATE = fileURLToPath(new URL('../../template/', import.meta.url));
const PACKAGES = ['@do-sdk/core', '@do-sdk/actions'];
/** A folder that holds nothing else is as good as empty. */
const ALLOWED = new Set(['.git', '.DS_Store']);

export interface NewProject {
  readonly folder: string;
  /** Paths within the folder, sorted. */
  readonly files: readonly string[];
  /** The clone, relative to the folder. */
  readonly platform: string;
}

/** @throws CliFailure usage: there is something in the folder, or it is no folder */
export async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (memberOf(error, 'code') === 'ENOENT') return [];
    throw usageFailure(`${folder} cannot be used: ${reasonOf(error)}.`, 'Name another folder.');
  });
  const found = names.filter((name) => !ALLOWED.has(name));
  if (found.length === 0) return;
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  throw usageFailure(
    `${folder} is not empty: ${found.slice(0, 3).join(', ')}${more}.`,
    'Name an empty folder, or one that is not there yet: ado init <folder>.',
  );
}

/**
 * Packs what the project needs of the clone, then writes it: where packing fails, nothing was made.
 * @param folder absolute  @param clone absolute
 * @throws CliFailure
 */
export async function makeProject(
  folder: string,
  clone: string,
  surroundings: Surroundings,
): Promise<NewProject> {
  const packed = await mkdtemp(join(tmpdir(), 'ado-init-'));
  try {
    const tarballs = await pack(packed, clone, surroundings);
    await mkdir(join(folder, 'vendor'), { recursive: true });
    await cp(TEMPLATE, folder, { recursive: true });
    await rename(join(folder, 'gitignore'), join(folder, '.gitignore'));
    for (const { file } of tarballs) await cp(join(packed, file), join(folder, 'vendor', file));
    // By real paths: a link on the way is not on the way back.
    const platform = relative(await realpath(folder), await realpath(clone)).replaceAll('\\', '/') || '.';
    const manifest = manifestOf(JSON.parse(await readFile(join(TEMPLATE, 'package.json'), 'utf8')), {
      name: packageName(basename(folder)),
      platform,
      tarballs,
    });
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return { folder, files: await filesIn(folder), platform };
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
}

interface Tarball {
  readonly package: string;
  readonly file: string;
}

async function pack(into: string, clone: string, { runNpm, signal }: Surroundings): Promise<Tarball[]> {
  const workspaces = PACKAGES.flatMap((name) => ['--workspace', name]);
  const { code, said } = await runNpm(['pack', '--pack-destination', into, ...workspaces], clone, signal);
  const files = await readdir(into);
  const tarballs = PACKAGES.flatMap((name) => {
    const like = `${name.replace('@', '').replace('/', '-')}-`;
    const file = files.find((found) => found.startsWith(like) && found.endsWith('.tgz'));
    return file === undefined ? [] : [{ package: name, file }];
  });
  if (code === 0 && tarballs.length === PACKAGES.length) return tarballs;
  throw usageFailure(
    `The packages could not be packed in ${resolve(clone)}: ${said.trim().split('\n').slice(-5).join(' ') || `npm ended with ${code}`}.`,
    'Run npm install there, then try again. Nothing was made.',
  );
}

function manifestOf(
  template: JsonObject,
  { name, platform, tarballs }: { name: string; platform: string; tarballs: readonly Tarball[] },
): JsonObject {
  const vendored = tarballs.map((tarball) => [tarball.package, `file:vendor/${tarball.file}`] as const);
  return {
    ...template,
    name,
    dependencies: { ...objectAt(template, 'dependencies'), ...Object.fromEntries(vendored) },
    'action.do': { platform },
  };
}

/** As npm takes it. */
const packageName = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64) || 'my-actions';

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !ALLOWED.has(file.split('/')[0] ?? ''))
    .sort();
}
