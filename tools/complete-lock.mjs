/**
 * Run after every change of package-lock.json: `node tools/complete-lock.mjs`.
 *
 * Why: compilers written in Rust or C ship one optional package per platform. A registry that mirrors only some of them
 * makes npm leave the others out of the lock file without a word, and `npm ci` then refuses that lock ("Missing: … from
 * lock file"). A lock made here must also serve a developer on another platform, so the missing entries are written back.
 * What a registry would have told about them (os, cpu, libc) is read from their names, which follow Node's own words.
 * Tarball addresses are dropped: they name the registry of whoever ran npm last, and `npm ci` finds a tarball by its
 * name, version and integrity. Links between workspaces keep their path.
 */
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const lockPath = inRoot('package-lock.json');
const installedPath = inRoot('node_modules/.package-lock.json');

/** The folders where Node looks for a dependency of the package at `path`, nearest first. */
function* lookupPlaces(path, name) {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    yield `${at}/node_modules/${name}`;
    if (!at.includes('node_modules/')) break;
  }
  yield `node_modules/${name}`;
}

const platformOf = (name) => {
  const os = /android|darwin|freebsd|linux|win32|openharmony|aix|sunos|netbsd|openbsd/.exec(name)?.[0];
  const cpu = /arm64|x64|ia32|ppc64|s390x|riscv64|loong64|mips64el|wasm32|arm(?!64)/.exec(name)?.[0];
  const libc = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) };
};

function addMissingPlatforms(packages) {
  const added = [];
  for (const [path, owner] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      const found = [...lookupPlaces(path, name)].find((place) => packages[place] !== undefined);
      if (found !== undefined && (packages[found].version === version || !/^\d/.test(version))) continue;
      if (!/^\d+\.\d+\.\d+/.test(version))
        throw new Error(`${path} wants ${name}@${version}: not one exact version`);
      // A place taken by another version is left to it; the missing one goes below its owner.
      const place = found === undefined ? `node_modules/${name}` : `${path}/node_modules/${name}`;
      packages[place] = { version, ...(owner.dev && { dev: true }), optional: true, ...platformOf(name) };
      added.push(place);
    }
  }
  return added;
}

function dropTarballAddresses(packages) {
  const named = Object.values(packages).filter((entry) => /^https?:/.test(entry.resolved ?? ''));
  for (const entry of named) delete entry.resolved;
  return named.length;
}

const before = readFileSync(lockPath, 'utf8');
const lock = JSON.parse(before);
const dropped = dropTarballAddresses(lock.packages);
const added = addMissingPlatforms(lock.packages);
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
const after = `${JSON.stringify(lock, null, 2)}\n`;
if (after !== before) {
  const installed = statSync(installedPath, { throwIfNoEntry: false });
  const wasCurrent = installed !== undefined && installed.mtimeMs >= statSync(lockPath).mtimeMs;
  writeFileSync(lockPath, after);
  // The new entries are for other machines, so an install that was current still is (see ensure-install.mjs).
  if (wasCurrent) utimesSync(installedPath, new Date(), new Date());
}
console.log(
  `package-lock.json: ${added.length} platform packages added, ${dropped} tarball addresses dropped`,
);
